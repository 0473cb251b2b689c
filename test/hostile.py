"""Hostile input, by what it is sent as: what must be refused, and what is odd and must be taken as it is."""

import json

# What belongs together stands in one line.
# fmt: off


def words(text: str) -> list[str]:
    """Return the words of *text*, which may stand in several lines."""
    return text.split()


def around(characters: str) -> list[str]:
    """Return a text with each of *characters* between two letters."""
    return [f"a{character}b" for character in characters]


# Texts for a field or a path that takes ASCII letters, digits, hyphens and underscores.
DIGITS = words("٠١٢ ۰۱ ०१ ১২ ๑๒ １２ ²³ Ⅷ ① 𝟘𝟙 ½ 〇")
LETTERS = words("é e\u0301 а Ω ß ﬁ İ ı ſ \u212a ａｂ ª 中文 한글 עבר ไทย 😀")
CONTROLS = around("".join(map(chr, (*range(33), 127, 128, 133, 159))))
INVISIBLE = around(
    "\xa0\xad\u061c\u1680\u180e\u200b\u200d\u200e\u2028\u202a\u202e\u2066\u2069\u3000\ufe0f\ufeff"
)
SURROGATES = around("\ud800\udbff\udc00\udfff")
NO_CHARACTERS = around("\ufdd0\ufffd\ufffe\uffff\ue000\U000e0041\U0010ffff")
PUNCTUATION = around("!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~")
ENDS = ["a\r\n", *(f"a{end}" for end in "\n\r\t\v\f\0 \x1c\x85\u2028")]
STARTS = [f"{start}a" for start in "\n\0 \ufeff\u202e"]
CODE = [
    "'; DROP TABLE widget; --", "{{7*7}}", "${jndi:ldap://x}", "<script>", "%00", "%s%n",
    "../../etc/passwd", "\r\nSet-Cookie: a=b",
]
LONG = ["x" * 101, "x" * 10_000, "a\u0301" * 60, "👩\u200d👩\u200d👧" * 30]
NO_NAMES = [
    "", " ", ".", "..", *DIGITS, *LETTERS, *CONTROLS, *INVISIBLE, *SURROGATES, *NO_CHARACTERS, *PUNCTUATION,
    *ENDS, *STARTS, *CODE, *LONG,
]
OF_EVERY_KIND = [*DIGITS[:3], *LETTERS[:3], *SURROGATES, *NO_CHARACTERS, *ENDS, *STARTS, *CODE, *LONG]
NAMES = [*words("0 - _ -1 0x1 1e3 null true NaN __proto__ constructor"), "x" * 100]

# What no field of any kind takes.
NO_TEXTS = ["a\0b", "\0", "\0" * 9, "http://x.com/\0", *(f"{text}aaaaaaa" for text in SURROGATES)]
NO_TEXTS_AT_ALL = [
    True, False, 0, 1, -1, 1.5, 10**30, float("nan"), float("inf"), [], ["a"], [["a"]], {}, {"a": 1},
]

NO_URLS = [
    *words("""
    http http: http:// http:/// http:///x //x.com /x x.com www.x.com ftp://x.com file:///etc/passwd ws://x.com
    javascript:alert(1) JAVASCRIPT:alert(1) data:text/html,x mailto:a@x.com gopher://x.com jar:http://x.com
    http//x.com http:/x.com http:x.com http://[::1 http://[zz]/ http://x.com:port/ http://x..com/ http://.com/
    http://-x.com/ http://exa_mple/ http://x http://?x http://#x http://@/ http://:80/ http://x.com\\@y.com
    http:\\\\x.com <http://x.com> http://localhost/ http://127.0.0.1/ http://999.9.9.9/ http://2130706433/
    http://[::1]/ http://user:password@x.com/ http://x.com:22/ httpx://x.com
"""),
    "", " ", "http://a b.com", "http://x.com\n",
    "\nhttp://x.com",
    *(f"http://x.com/{char}" for char in "\0\n\r\t\x7f\x85\u2028\u202e\u200b\ud800\ufffd"),
    "http://x.com/" + "x" * 243, "http://x.com/" + "x" * 50_000,
]
URLS = ["http://x.com", "HTTPS://X.COM/", "https://a.x.com/p?q=1&r=%20#f", "http://x.com/" + "x" * 242]

NO_DATES = [
    *words("""
    25 2030 Dec December Monday Mon AM T Z UTC 12:00 1/1 1970 tomorrow now today nan inf -1 0 1e9 null [] {}
    2030-02-30 2030-13-01 2030-00-10 2030-01-00 2031-02-29 31/31/2030 0000-01-01 10000-01-01 99999-01-01
    2030-01-01T25:00 2030-01-01T00:60 2030-01-01T23:59:60 2030-01-01T24:00 2030-01-01T00:00+25:00
    2030-01-01T00:00+99:99 2030-1 2030/12 2030-W01-1 2030-366 (2030-01-01) 2000-01-01 0001-01-01 1999-12-31
    99-12-31 13th , / - : + %Y ٢٠٣٠ １２ 1:1:1:1:1 2030−01−01
"""),
    "", " ", "\n", "10 h", "May 13", "Dec 2030", "next week", "2030-01-01 xyz", "2030-01-01 00:00 +25:00",
    "9" * 100, "9" * 101, "T" * 100, "1 " * 50, ",".join("1" * 40), "2030-01-01\0", "2030-01-01\u200b",
]
DATES = ["9999-12-31", "2999-5-13", "05/13/2999", "May 13 2999", "29990513", "2999-05-13T23:59:59-12:00"]

NO_EMAILS = [
    *words("""
    a a@ @x.com a@x a@@x.com a@b@x.com a@x..com a@.x.com a@x.com. a@-x.com a@x-.com .a@x.com a.@x.com
    a..b@x.com <a@x.com> a@x.com,b@x.com a@x.com;b@x.com a@[127.0.0.1] a@[IPv6:::1] a@127.0.0.1
    a@localhost a(c)@x.com
    "a"@x.com a@x.com/x a@x_y.com a@x.com?x a@x.com#x a\\@x.com mailto:a@x.com é@x.com a@é.com a@ｘ.com
    а@x.com a＠x.com a@xn--.com a@x.1
"""),
    "", " ", "a b@x.com", "a@x com", '"a b"@x.com', "A <a@x.com>", "a@x.com ", " a@x.com", "a\tb@x.com",
    "a@x.com\0", "a\r\nBcc: b@x.com", "a@x.com\n", "\na@x.com", "a\0@x.com", "a@x.com\u200b",
    "\u202ea@x.com", "a@x.com\ud800", "a@x.com\ufffd", "' OR 1=1 --", '{"$ne": 1}', f"{'a' * 65}@x.com",
    f"a@{'x' * 64}.com", f"{'a' * 10_000}@x.com", f"a@{'.'.join(['x' * 60] * 5)}.com",
]

# Neither from 1 to 2147483647, nor one of 5, 10, 25, 50, 100.
NO_NUMBERS = [
    *words("""
    0 00 -0 -1 --1 1-1 +1 1_0 １ ٣ ² Ⅰ 𝟏 1e3 1E1 1.0 1. .5 0x1 0b1 0o1 1,0 1;2 1' true null NaN inf
    Infinity [] 2147483648 4294967296 9223372036854775807 9223372036854775808 18446744073709551616 11111111111
"""),
    "", " ", " 1", "1 ", "\t1", "1\n", "\n1", "1\0", "1\u200b", "\ud800", "9" * 5_000,
]
NO_PAGE_SIZES = [*words("1 4 6 9 11 24 49 99 101 1000 05 010 5.0 2147483647"), "10 "]

# Bodies without fields, whatever they are said to be.
NO_BODIES = [
    b"", b"{", b"}", b"[]", b"[1]", b"5", b'"x"', b"null", b"true", b"NaN", b"Infinity", b"\0", b"\x80\x81",
    b"<x/>", b"{'a': 1}", b'{"a": 1,}', b'{"a": 1} x', b"// x\n{}", b'{"a": "\x00"}', b'{"email": "\xff"}',
    b"\xff\xfe{\0}\0", b"[" * 30_000, b'{"a":' * 10_000, b"9" * 60_000, b"1e999999", b"&" * 60_000,
    b"=" * 60_000, b"a=1&" * 200, b"email", b"email=%", b"%00=%00", b"--XX", b"--XX--",
    b"--XX\r\n\r\n\r\n--XX--", b"\r\n" * 1_000,
]
CONTENT_TYPES = [
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=XX",
    "multipart/form-data", 'multipart/form-data; boundary=""', f"multipart/form-data; boundary={'x' * 300}",
    "multipart/mixed; boundary=XX", "text/plain", "application/xml", "application/octet-stream", "",
    "nonsense", "application/json; charset=utf-16", "application/json; charset=x",
    "application/merge-patch+json", "application/json,application/json",
    "application/x-www-form-urlencoded; charset=utf-16",
]
# Bytes of a form that are no text.
NO_FORM_TEXTS = [b"%FF", b"\xff", b"%ED%A0%80", b"%C0%AF", b"%F8%88%80%80%80", b"a%00", b"%EF%BF%BD"]

PATHS = [
    *words("""
    %00 first-widget%00 %0a first-widget%0a first-widget%20 %ff %ed%a0%80 %c0%ae % %zz %25 %E2%80%AE
    ..%2f..%2fetc%2fpasswd %2e%2e . %2e%2e%2fauth%2fuser first-widget;x=1 first-widget/x
    /first-widget first-widget//
    \\first-widget {name} * first-widget,other first-widget'-- b\u00e4se
"""),
    "x" * 101, "x" * 5_000,
]
NO_HOSTS = [
    "", "evil.example", "localhost.evil.example", "xlocalhost", ".localhost", "localhost@evil.example",
    "[::1]", "localhost/evil", "localhost evil", "localhost#evil", "localhost,evil.example",
    "localhost:abc", "localhost:99999", "127.0.0.1.evil.example", "l\xf6calhost", "localhost\\",
    "localhost::", "localhost:8080:80", "x" * 5_000,
]
# By these some servers let a client say that the request is another one than it is.
DISGUISES = {
    "X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE",
    "X-Original-URL": "/api/v1/auth/logout", "X-Rewrite-URL": "/api/v1/auth/logout",
    "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "666", "X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1",
    "Forwarded": "host=evil.example;proto=https", "X-Fields": "{email{{{", "X-Admin": "true",
    "Cookie": "session=.eJx; admin=1", "Range": "bytes=0-1", "Accept": "text/html",
    "Accept-Charset": "utf-16", "Accept-Encoding": "gzip;q=x", "Content-Encoding": "gzip",
    "Expect": "nonsense", "Upgrade": "websocket", "User-Agent": "\x80\xff" * 100, "Referer": "\x80",
    "X-Request-ID": "a b", "Content-Type": "x" * 5_000,
}


def duplicated(fields: dict[str, str], name: str) -> bytes:
    """Return a JSON object in which *name* stands twice, the second time with an escape in it."""
    spelled = f"\\u{ord(name[0]):04x}{name[1:]}"
    return f'{json.dumps(fields)[:-1]}, "{spelled}": {json.dumps(fields[name])}}}'.encode()
