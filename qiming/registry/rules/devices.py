"""What a browser says about itself, in words a person knows the device by."""

_DEVICES = (
    ("ipad", "iPad"),
    ("iphone", "iPhone"),
    ("harmony", "鸿蒙设备"),
    ("openharmony", "鸿蒙设备"),
    ("windows", "Windows电脑"),
    ("cros", "Chromebook"),
    ("macintosh", "苹果电脑"),
    ("linux", "Linux电脑"),
)
# The order matters: most of them also call themselves what stands further down.
_BROWSERS = (
    ("micromessenger", "微信"),
    ("dingtalk", "钉钉"),
    ("edg", "Edge"),
    ("firefox", "Firefox"),
    ("quark", "夸克"),
    ("qqbrowser", "QQ浏览器"),
    ("huaweibrowser", "华为浏览器"),
    ("miuibrowser", "小米浏览器"),
    ("360se", "360浏览器"),
    ("headlesschrome", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)


def describe(user_agent: str) -> str:
    """Such as `Windows电脑上的Edge`; never more of what the browser said."""
    said = user_agent.lower()[:400]
    device = _device(said)
    browser = next((name for mark, name in _BROWSERS if mark in said), "")
    return f"{device}上的{browser}" if browser else device


def _device(said: str) -> str:
    if "android" in said and "harmony" not in said:
        return "安卓手机" if "mobile" in said else "安卓平板"
    return next((name for mark, name in _DEVICES if mark in said), "一台设备")
