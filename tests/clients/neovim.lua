-- Types into the record RECORD as somebody does who uses the keys of docs/how-to/editor.md, and writes to the file TOLD
-- what Neovim then shows, where it stands and what its buffers hold, as JSON. What never comes ends it with 1.
local PATIENCE = 60000 -- milliseconds
local told = {}

local function wait(what, met)
  if not vim.wait(PATIENCE, met, 20) then error('it never came: ' .. what) end
end

local function messages()
  return vim.tbl_map(function(one) return one.message end, vim.diagnostic.get(0))
end

local function says(words)
  return function() return table.concat(messages(), '\n'):find(words, 1, true) ~= nil end
end

local function go(pattern)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search(pattern, 'ce') > 0, pattern)
end

local function rewrite(pattern, line)
  go(pattern)
  vim.fn.setline('.', line)
end

local function lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

local function here()
  return { vim.fn.expand('%:.'), vim.fn.getline('.') }
end

local function typed()
  vim.cmd.edit(vim.env.RECORD)
  local record = vim.api.nvim_get_current_buf()
  wait('the server', function() return #vim.lsp.get_clients({ bufnr = 0, name = 'iscode' }) > 0 end)

  go('^owner: ')
  local owner = vim.fn.getline('.')
  rewrite('^owner: ', 'owner: Role:nobody')
  wait('the diagnostic', says('Role:nobody'))
  told.diagnostics = messages()

  go('^owner: Role:n') -- gra
  vim.lsp.buf.code_action({ apply = true, filter = function(one) return one.title == 'Draft Role:nobody' end })
  wait('the draft', function() return vim.fn.bufexists('compliance/roles/nobody.yaml') == 1 end)
  wait('its text', function() return #lines(vim.fn.bufnr('compliance/roles/nobody.yaml')) > 1 end)
  told.draft = lines(vim.fn.bufnr('compliance/roles/nobody.yaml'))
  vim.api.nvim_set_current_buf(record)
  rewrite('^owner: ', owner)
  wait('that it is mended', function() return not says('Role:nobody')() end)

  go('^owner: Role:s') -- K
  vim.lsp.buf.hover()
  wait('what stands there', function() return #vim.api.nvim_list_wins() > 1 end)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if window ~= vim.api.nvim_get_current_win() then
      told.hover = lines(vim.api.nvim_win_get_buf(window))
      vim.api.nvim_win_close(window, true)
    end
  end

  rewrite('^owner: ', 'owner: Role:service-l') -- CTRL-X CTRL-O
  vim.fn.timer_start(20, function(timer)
    if vim.fn.pumvisible() == 1 or vim.fn.getline('.') ~= 'owner: Role:service-l' then
      told.offered = vim.tbl_map(function(one) return one.word end, vim.fn.complete_info({ 'items' }).items)
      vim.fn.timer_stop(timer)
      vim.api.nvim_input('<Esc>')
    end
  end, { ['repeat'] = PATIENCE / 20 })
  vim.api.nvim_feedkeys(vim.keycode('A<C-X><C-O>'), 'tx!', false)
  told.completed = vim.fn.getline('.')
  rewrite('^owner: ', owner)

  go('^owner: Role:s') -- CTRL-]
  vim.cmd('normal! \29')
  told.definition = here()
  vim.api.nvim_set_current_buf(record)

  go('^owner: Role:s') -- grr
  vim.lsp.buf.references()
  wait('who refers to it', function() return #vim.fn.getqflist() > 0 end)
  told.references = vim.tbl_map(function(one) return vim.fn.fnamemodify(vim.fn.bufname(one.bufnr), ':.') end, vim.fn.getqflist())
  vim.cmd.cclose()
  vim.api.nvim_set_current_buf(record)

  go('^owner: Role:s') -- grn
  vim.lsp.buf.rename('head-of-service')
  wait('the other name', function() return vim.fn.getline('.') == 'owner: Role:head-of-service' end)
  wait('the verdict on it', function() return not says('head-of-service')() end)
  vim.cmd.wall()
end

local good, fault = xpcall(typed, debug.traceback)
if not good then
  io.stderr:write(fault .. '\n')
  vim.cmd.cquit()
end
vim.fn.writefile({ vim.json.encode(told) }, vim.env.TOLD)
vim.cmd('qall!')
