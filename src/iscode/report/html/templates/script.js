"use strict";
// A search field for each part that can be searched: it hides what does not hold all the words. Without it all is there.
for (const part of document.querySelectorAll("[data-search]")) {
  const items = [...part.querySelectorAll("[data-find]")];
  if (items.length < 8) continue;
  const label = document.createElement("label");
  const field = document.createElement("input");
  const told = document.createElement("output");
  label.className = "search";
  field.type = "search";
  label.append(`Search in ${part.dataset.search}`, field);
  told.className = "quiet";
  (part.querySelector(":scope > .lead") ?? part.querySelector("h1, h2")).after(label, told);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      found += !item.hidden;
    }
    told.textContent = words.length ? `${found} of ${items.length}` : "";
    if (words.length) for (const fold of part.querySelectorAll("details.fold")) fold.open = true;
  });
}
// What a link leads to is seen, however deep it is folded.
function unfold() {
  let target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let above = target; above; above = above.parentElement) if (above.tagName === "DETAILS") above.open = true;
  if (target) target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
