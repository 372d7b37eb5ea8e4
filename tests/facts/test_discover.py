"""Thirty small repositories: fifteen use AI, each in another way, fifteen only look like it. All is found, no more."""

from __future__ import annotations

from typing import Final

import pytest

from iscode.errors import PolicyError
from iscode.facts import Signatures, Traces
from iscode.facts.signatures import FOLDER
from iscode.policy import shipped
from iscode.source import MemorySnapshot

Files = dict[str, str | bytes]
USING: Final[dict[str, tuple[Files, set[str]]]] = {
    "python, from its list to its notebook": (
        {
            "requirements.txt": "# what we need\nfastapi==0.110\nOpenAI>=1,<2  # the client\n-r dev.txt\n",
            "app/chat.py": 'r"""How to\nimport torch\n"""\nimport os, openai as client\n',
            "notes.ipynb": '{"cells": [{"source": ["import sys\\n", "from transformers import pipeline\\n"]}]}',
        },
        {"openai requirements.txt:3", "openai app/chat.py:4", "hugging-face notes.ipynb:1"},
    ),
    "python, by what its tools lock": (
        {
            "pyproject.toml": '[project]\nkeywords = ["torch"]\ndependencies = [\n  "httpx[http2]>=0.27",  # "keras"\n'
            '  "anthropic>=0.30",\n]\n[project.optional-dependencies]\nml = ["scikit_learn>=1.4"]\n',
            "poetry.lock": '[[package]]\nname = "httpx"\n\n[[package]]\nname = "mistralai"\nversion = "1"\n',
            "uv.lock": '[[package]]\nname = "langgraph"\nversion = "1"\n',
        },
        {
            "anthropic pyproject.toml:5", "classic-learning pyproject.toml:8", "mistral poetry.lock:5",
            "agent-framework uv.lock:2",
        },
    ),
    "python, by tables": (
        {
            "svc/pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\ncohere = "^5"\n\n'
            '[tool.poetry.group.dev.'
            'dependencies]\nvllm = {version = "1"}\n',
            "Pipfile": '[packages]\nsagemaker = "*"\n',
            "environment.yml": "name: x\nchannels:\n  - defaults\ndependencies:\n  - python=3.12\n"
            "  - conda-forge::lightgbm\n"
            "  - pip:\n      - groq==0.9\n",
            "setup.cfg": "[options]\ninstall_requires =\n    requests\n    google-genai>=1\n",
            "setup.py": 'setup(name="x", install_requires=["requests", "jax>=0.4"],\n)\n',
        },
        {
            "cohere svc/pyproject.toml:3", "model-server svc/pyproject.toml:6", "aws-ai Pipfile:2",
            "classic-learning environment.yml:6", "other-model-apis environment.yml:8", "google-ai setup.cfg:4",
            "tensorflow setup.py:1",
        },
    ),
    "javascript": (
        {
            "package.json": '{"name": "shop", "dependencies": {"react": "^18", "@anthropic-ai/sdk": "^0.30"}}',
            "src/ask.ts": "// a word first\nimport { generateText } from 'ai';\n"
            "const x = require(\"@google/genai\");\n",
            "web/package-lock.json": '{"packages": {\n    "node_modules/a": {},\n'
            '    "node_modules/a/node_modules/openai": {}\n}}',
            "pnpm-lock.yaml": "packages:\n  /left-pad@1.3.0:\n  '@huggingface/inference@2.6.1':\n",
            "yarn.lock": '"@tensorflow/tfjs@^4":\n  version "4.0.0"\n',
        },
        {
            "anthropic package.json:1", "agent-framework src/ask.ts:2", "google-ai src/ask.ts:3",
            "openai web/package-lock.json:3", "hugging-face pnpm-lock.yaml:3", "tensorflow yarn.lock:1",
        },
    ),
    "go": (
        {
            "go.mod": "module x\n\nrequire (\n\tgithub.com/sashabaranov/go-openai v1.20.0\n)\n",
            "main.go": 'package main\n\nimport (\n\t"fmt"\n\tgenai "google.golang.org/genai"\n)\n',
        },
        {"openai go.mod:4", "google-ai main.go:5"},
    ),
    "java and kotlin": (
        {
            "pom.xml": "<dependencies><dependency>\n<groupId>dev.langchain4j</groupId>\n"
            "<artifactId>langchain4j</artifactId>\n",
            "app/build.gradle.kts": 'dependencies {\n  implementation("ai.djl.pytorch:pytorch-engine:0.28")\n}\n',
            "src/A.java": "package a;\nimport static org.springframework.ai.chat.X.y;\n",
        },
        {"agent-framework pom.xml:2", "pytorch app/build.gradle.kts:2", "agent-framework src/A.java:2"},
    ),
    "rust, .net, ruby and php": (
        {
            "Cargo.toml": '[package]\nname = "x"\n[dependencies]\nserde = "1"\nasync_openai = "0.2"\n',
            "a/App.csproj": '<ItemGroup>\n<PackageReference Include="Microsoft.ML.FastTree" Version="3" />\n'
            '</ItemGroup>',
            "Gemfile": 'source "x"\ngem "ruby-openai", "~> 7"\n',
            "composer.json": '{"require": {"php": "^8", "openai-php/client": "^0.10"}}',
            "b/Ask.cs": "using System;\nusing Azure.AI.OpenAI;\n",
        },
        {
            "openai Cargo.toml:5", "classic-learning a/App.csproj:2", "openai Gemfile:2", "openai composer.json:1",
            "openai b/Ask.cs:2",
        },
    ),
    "models as files": (
        {
            "models/rank.onnx": b"\x08\x07", "weights/a.safetensors": b"\0", "w/net.pt": b"PK\x03\x04rest",
            "big/large.ckpt": "version https://git-lfs.github.com/spec/v1\n", "ios/See.mlmodel": b"x",
        },
        {
            "onnx-model models/rank.onnx:1", "language-model-file weights/a.safetensors:1", "pytorch-model w/net.pt:1",
            "pytorch-model big/large.ckpt:1", "mobile-model ios/See.mlmodel:1",
        },
    ),
    "an address, with no library at all": (
        {
            "ask.sh": "#!/bin/sh\ncurl https://api.openai.com/v1/responses -d @-\n",
            "src/Ask.java": 'class Ask {\n  String at = "https://firm.openai.azure.com/openai";\n}\n',
        },
        {"openai ask.sh:2", "openai src/Ask.java:2"},
    ),
    "a key of its environment": (
        {"deploy/.env.example": "PORT=80\nANTHROPIC_API_KEY=\n", "app.rb": "key = ENV['MISTRAL_API_KEY']\n"},
        {"anthropic deploy/.env.example:2", "mistral app.rb:1"},
    ),
    "containers": (
        {
            "Dockerfile": "FROM --platform=linux/amd64 vllm/vllm-openai:v0.6\nRUN pip install --no-cache \\\n"
            "    peft\n",
            "compose.yaml": "services:\n  model:\n    image: ollama/ollama:0.4\n",
            "k8s/model.yaml": "spec:\n  containers:\n    - image: 'nvcr.io/nvidia/tritonserver:24.09-py3'\n",
        },
        {
            "model-server Dockerfile:1", "hugging-face Dockerfile:3", "model-server compose.yaml:3",
            "model-server k8s/model.yaml:3",
        },
    ),
    "a workflow": (
        {
            ".github/workflows/review.yml": "jobs:\n  a:\n    steps:\n      - uses: anthropics/claude-code-action@v1\n",
            ".github/workflows/test.yml": "jobs:\n  a:\n    steps:\n      - run: pip install -U torch==2.4\n",
        },
        {
            "anthropic .github/workflows/review.yml:4", "coding-assistant .github/workflows/review.yml:4",
            "pytorch .github/workflows/test.yml:4",
        },
    ),
    "a cloud": (
        {"main.tf": 'resource "aws_sagemaker_endpoint" "x" {}\n', "b.tf": 'resource "aws_bedrockagent_agent" "x" {}\n'},
        {"aws-ai main.tf:1", "aws-ai b.tf:1"},
    ),
    "an assistant of those who write": (
        {"AGENTS.md": "# Rules\n", "web/.cursor/rules/a.mdc": "x"},
        {"coding-assistant AGENTS.md:1", "coding-assistant web/.cursor/rules/a.mdc:1"},
    ),
    "a list that Windows wrote": (
        {"requirements.txt": "requests==2\r\nkeras==3.1\r\n".encode("utf-16"), "b.py": b"\xff\xfei\0m\0"},
        {"tensorflow requirements.txt:2"},
    ),
}  # fmt: skip
"""Files, and what is found in them: signature, path and line."""
ALIKE: Final[dict[str, Files]] = {
    "a package whose name goes on": {
        "requirements.txt": "openai-mock-free-text==1\ntorch-like>=2\npytransformers\nmy.openai\n",
        "package.json": '{"dependencies": {"openai-mock-free-text": "1", "@own/openai": "1", "ai-icons": "1"}}',
    },
    "words in a comment, a text and a README": {
        "README.md": "import openai\nhttps://api.openai.com needs OPENAI_API_KEY\n",
        "app.py": '"""Once:\n\nimport torch\n"""\n# import openai\nprint("import keras")\nx = 1  # api.openai.com\n',
        "app.js": '/* import x from "openai" */\n// require("openai")\nconst s = "it came from \'openai\'";\n',
    },
    "a torch that gives light": {
        "app/Torch.kt": "package light.torch\nimport android.hardware.camera2.CameraManager\nclass Torch\n",
        "app/build.gradle": "dependencies {\n  implementation 'com.example.light:torch:1.0'\n}\n",
        "torch/beam.py": "import math\n",
        "package.json": '{"name": "torch", "scripts": {"torch": "node on.js"}}',
    },
    "a firmware": {"boot/firmware.bin": b"\x7fELF\0\0", "boot/model.bin": b"\0\1", "flash.hex": ":10010000"},
    "transformers of electricity": {
        "grid/transformers/__init__.py": "class Coil: ...\n",
        "grid/load.py": "from transformers import Coil\n",
        "grid/plan.py": "import grid.transformers\n",
        "data/transformers.csv": "id,kva\n",
    },
    "what a test only pretends": {
        "tests/fixtures/app.py": "import openai\n",
        "scan/testdata/requirements.txt": "torch\n",
        "web/__mocks__/openai.js": 'import OpenAI from "openai";\n',
    },
    "what others wrote": {
        "node_modules/openai/package.json": '{"dependencies": {"openai": "1"}}',
        "vendor/github.com/x/y/go.mod": "require github.com/sashabaranov/go-openai v1.0.0\n",
        ".venv/lib/site-packages/torch/__init__.py": "import torch\n",
        "static/all.min.js": 'fetch("https://api.openai.com")',
    },
    "words of a language file": {"locale/messages.pt": "msgid: mensagem\n", "lib/site.pth": "import sys\n"},
    "data that is none": {"data/a.pkl": b"\x80\x04", "data/b.h5": b"\x89HDF", "c.joblib": b"x"},
    "addresses that are another's": {
        "a.py": 'x = "https://api.openai.com.evil.example/"\ny = "notapi.openai.com"\n',
        "b.yaml": "url: https://platform.openai.example/docs\n",
    },
    "keys that are called alike": {
        "a.env": "MY_OPENAI_API_KEY_NAME=x\nOPENAI=1\n",
        "c.ts": "const OPENAI_API_KEY2 = 1;\n",
    },
    "images of the house": {
        "Dockerfile": "FROM registry.example/ollama/ollama-proxy:1\nCOPY torch.txt /\n",
        "compose.yml": "services:\n  ollama:\n    image: registry.example/light/torch:2\n",
    },
    "actions of the house": {
        ".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n      - uses: example/ai-inference@v1\n"
        "      # - uses: openai/codex-action@v1\n",
    },
    "sections that are none of packages": {
        "pyproject.toml": '[project]\nname = "torch"\nkeywords = ["openai", "keras"]\n[tool.torch]\nopenai = "x"\n',
        "Cargo.toml": '[package]\nname = "tch"\n[features]\nburn = []\n',
        "environment.yml": "name: torch\nchannels:\n  - pytorch\ndependencies:\n  - numpy\n",
        "pom.xml": "<!-- <groupId>dev.langchain4j</groupId><artifactId>x</artifactId> -->\n",
        "composer.json": '{"name": "openai-php/client", "require": {"php": "^8"}}',
    },
    "what is no text": {"a.py": b"import openai\n\0\0", "b.sh": b"\0curl https://api.openai.com\n"},
}
"""Files in which nothing is found of which one could be sure."""


@pytest.fixture(scope="module")
def signatures() -> Signatures:
    return Signatures(shipped().below(FOLDER, ".yaml"))


def found(signatures: Signatures, files: Files) -> set[str]:
    """What one can be sure of."""
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    traces = Traces(MemorySnapshot(data), "", [signatures]).of("ai")
    spots = ((name, spot) for name, trace in traces.items() for spot in trace.spots)
    return {f"{name} {spot.path}:{spot.line}" for name, spot in spots if spot.confidence != "low"}


@pytest.mark.parametrize("name", USING)
def test_ai_that_is_in_use_is_found_in_its_line(signatures: Signatures, name: str) -> None:
    files, expected = USING[name]
    assert expected == found(signatures, files)


@pytest.mark.parametrize("name", ALIKE)
def test_what_only_looks_like_ai_is_no_alarm(signatures: Signatures, name: str) -> None:
    assert set() == found(signatures, ALIKE[name])


def test_there_are_thirty_repositories() -> None:
    assert (15, 15) == (len(USING), len(ALIKE))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("signatures: [{id: a, title: A}]", "nothing says of which topic"),
        ("topic: t\nsignatures: [{id: a, title: A, names: {wrd: [x]}}]", "'wrd' is no sort of names"),
        ("topic: t\nsignatures: [{id: a, title: A}, {id: a, title: B}]", "'a' is there twice"),
        ("topic: t\nsignatures: [{id: a, title: A, head: '('}]", "the pattern is broken"),
        ("words: [{id: w, title: W, confidence: high}]\nreaders: [{words: w, files: [x], pattern: x}]", "has 0 groups"),
        ("readers: [{words: w, files: [x], pattern: (x)}]", "'w' is no sort of names"),
    ],
)
def test_a_signature_file_that_would_find_nothing_is_refused(text: str, said: str) -> None:
    data = f"id: x\ntitle: X\n{text}\n".encode()
    with pytest.raises(PolicyError, match=said):
        _ = Signatures([(f"{FOLDER}x.yaml", data)]).listed
