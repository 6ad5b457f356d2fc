"""What an application asks, read strictly: only fields that are understood go further, nothing is passed on unseen."""

from typing import Any, Final, Literal

import msgspec

from qiming.agents.gateway.errors import Trouble

MOST_BYTES: Final = 1024 * 1024
MOST_MESSAGES: Final = 200
MOST_INPUTS: Final = 128


class Part(msgspec.Struct):
    type: str
    text: str = ""


class Message(msgspec.Struct):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part]

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        if any(part.type != "text" for part in self.content):
            raise Trouble(
                400, "only_text", "这里只收文字，不收图片、声音和文件。没有发出去。", param="messages"
            )
        return "\n".join(part.text for part in self.content)


class StreamOptions(msgspec.Struct):
    include_usage: bool = False


class Chat(msgspec.Struct):
    """POST /v1/chat/completions."""

    model: str
    messages: list[Message]
    stream: bool = False
    stream_options: StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    n: int = 1
    user: str = ""
    tools: list[Any] | None = None
    functions: list[Any] | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """Fields of taste that go on as they came."""
        given = {"temperature": self.temperature, "top_p": self.top_p, "seed": self.seed, "stop": self.stop}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def most_tokens(self) -> int | None:
        return self.max_completion_tokens if self.max_completion_tokens is not None else self.max_tokens


class Embeddings(msgspec.Struct):
    """POST /v1/embeddings."""

    model: str
    input: str | list[str]
    user: str = ""
    dimensions: int | None = None

    @property
    def texts(self) -> list[str]:
        return [self.input] if isinstance(self.input, str) else self.input


_chat: Final = msgspec.json.Decoder(Chat).decode
_embeddings: Final = msgspec.json.Decoder(Embeddings).decode


def read_chat(body: bytes) -> Chat:
    """Raises `Trouble`; then nothing was sent on."""
    asked: Chat = _read(body, _chat)
    if asked.tools or asked.functions:
        raise Trouble(400, "no_tools", "这里不开放工具调用。没有发出去，请去掉 tools。", param="tools")
    if asked.n != 1:
        raise Trouble(400, "one_reply", "一次只生成一个回答。没有发出去，请去掉 n。", param="n")
    if not asked.messages or asked.messages[-1].role != "user":
        raise Trouble(400, "no_question", "最后一条要是使用的人说的话。没有发出去。", param="messages")
    if len(asked.messages) > MOST_MESSAGES:
        raise Trouble(
            400,
            "too_many_messages",
            f"对话超过{MOST_MESSAGES}条。没有发出去，请开始新的对话。",
            param="messages",
        )
    if asked.most_tokens is not None and asked.most_tokens < 1:
        raise Trouble(400, "bad_max_tokens", "max_tokens 要是正整数。没有发出去。", param="max_tokens")
    return asked


def read_embeddings(body: bytes) -> Embeddings:
    """Raises `Trouble`; then nothing was sent on."""
    asked: Embeddings = _read(body, _embeddings)
    if not asked.texts or len(asked.texts) > MOST_INPUTS or not all(text.strip() for text in asked.texts):
        raise Trouble(
            400,
            "bad_input",
            f"input 要有1到{MOST_INPUTS}段文字，每段都不能是空的。没有发出去。",
            param="input",
        )
    return asked


def _read(body: bytes, decode: Any) -> Any:
    try:
        return decode(body)
    except msgspec.ValidationError as error:
        where = (
            str(error).rpartition("`$.")[2].partition("`")[0].partition("[")[0]
            if "`$." in str(error)
            else None
        )
        raise Trouble(
            400, "bad_request", "请求的格式不对。没有发出去，请对照 OpenAI 的接口说明核对字段。", param=where
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        body.decode()
    except UnicodeDecodeError:
        raise Trouble(400, "not_utf8", "请求不是 UTF-8 编码。没有发出去，请换成 UTF-8 再发。") from None
    raise Trouble(400, "not_json", "请求不是完整的 JSON。没有发出去。")
