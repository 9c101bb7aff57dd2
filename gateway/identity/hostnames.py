"""The custom hostname of the `++` headings (TDS 2.3, 14.5.16): one bit for the alphabet, six for the length, the name.

In seven-bit ASCII, codes that no hostname needs stand for common beginnings and ends, and pairs of codes for the
ends of countries (tables 14-11 to 14-15; facts: the tables as transcribed by two independent decoders).
"""

from __future__ import annotations

import re

from gateway.identity.bits import BitReader, BitWriter, Undecodable
from gateway.identity.plus_fields import URN_CODE_40, code_40_value, read_code_40

LENGTH_BITS = 6
MOST = (1 << LENGTH_BITS) - 1
_HOSTNAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")

# Table A: one code for a common stretch.
SHORT = {
    0b0011110: "qr.",
    0b0011111: "www.",
    0b0100000: "id.",
    0b1011011: ".com",
    0b1011100: ".org",
    0b1011101: ".net",
    0b1011110: ".int",
    0b1100000: ".edu",
    0b1111011: ".gov",
    0b1111100: ".mil",
    0b1111101: ".biz",
    0b1111110: ".eco",
    0b1111111: ".med",
}


def _ends(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Tables B1 to B4: two codes, of which the first says the table.
PAIRS = (
    _ends(
        """
        ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo bq br bs bt
        bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er
        es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu
        id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li
        """
    ),
    _ends(
        """
        lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf
        ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd
        se sg sh si sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua
        ug us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
        """
    ),
    _ends(
        """
        com.au net.au org.au co.at com.bd co.bd com.br net.br co.nz com.ng com.pk co.in com.in co.il co.jp
        co.za co.kr com.es com.lk co.th co.tt com.tt com.tr biz.tr com.ua co.uk co.zm com.zm com.cn org.cn
        net.cn gov.cn
        """
    ),
    _ends("tech"),
)


def read_hostname(reader: BitReader) -> str:
    """The hostname, in small letters; Undecodable (`hostname`) when the bits are none."""
    ascii_letters, count = reader.take(1), reader.take(LENGTH_BITS)
    name = _read_codes(reader, count) if ascii_letters else read_code_40(reader, count).lower()
    if not _HOSTNAME.fullmatch(name):
        raise Undecodable("hostname", f"{name!r} is no hostname")
    return name


def write_hostname(writer: BitWriter, name: str) -> None:
    """Append a hostname in the shorter of its two alphabets; Undecodable (`hostname`) when it is none."""
    if not _HOSTNAME.fullmatch(name):
        raise Undecodable("hostname", f"expected a hostname in small letters, came {name!r}")
    codes = _codes(name)
    capitals = name.upper()
    if set(capitals) <= set(URN_CODE_40) and -(-len(name) // 3) * 16 < 7 * len(codes):
        _put_head(writer, 0, len(name), name)
        writer.put(*code_40_value(capitals))
        return
    _put_head(writer, 1, len(codes), name)
    for code in codes:
        writer.put(code, 7)


def _put_head(writer: BitWriter, alphabet: int, length: int, name: str) -> None:
    if length > MOST:
        raise Undecodable("hostname", f"{name!r} is longer than {MOST}")
    writer.put(alphabet, 1)
    writer.put(length, LENGTH_BITS)


def _read_codes(reader: BitReader, count: int) -> str:
    name = ""
    while count > 0:
        code = reader.take(7)
        count -= 1
        if code < len(PAIRS):
            index = reader.take(7)
            count -= 1
            if index >= len(PAIRS[code]):
                raise Undecodable("hostname", f"the pair {code}, {index} is reserved")
            name += "." + PAIRS[code][index]
        else:
            name += SHORT.get(code) or chr(code)
    if count:
        raise Undecodable("hostname", "its length ends amid a pair")
    return name


def _codes(name: str) -> list[int]:
    """The name in as few codes as it goes: its beginning and its end shortened, the rest letter by letter."""
    head: list[int] = []
    for code, stretch in SHORT.items():
        if stretch.endswith(".") and name.startswith(stretch):
            head, name = [code], name.removeprefix(stretch)
            break
    tail, end = _tail(name)
    return [*head, *(ord(character) for character in name.removesuffix(end)), *tail]


def _tail(name: str) -> tuple[list[int], str]:
    ends = [([code], stretch) for code, stretch in SHORT.items() if stretch.startswith(".")]
    ends += [([table, index], f".{end}") for table, row in enumerate(PAIRS) for index, end in enumerate(row)]
    fitting = [(codes, end) for codes, end in ends if name.endswith(end)]
    return max(fitting, key=lambda fit: len(fit[1]) - len(fit[0]), default=([], ""))
