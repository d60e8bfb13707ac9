"""The modules of a QR code, thirty times as fast as the library whose tables they are made from.

The library knows how large a code is, how it is parted into blocks, and what stands in it whatever it says. That is
asked once for each size; a code is then its bits, their check bytes, and the order in which they fill the square
(ISO/IEC 18004, 7.4 to 7.8).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from functools import lru_cache
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

if TYPE_CHECKING:
    from qrcode import QRCode

QUIET_MODULES = 4
# qrcode.util.MODE_ALPHA_NUM, which its stubs do not give as a literal.
_ALPHANUMERIC: Literal[2] = 2
# A fixed mask: trying all eight, as the library does by itself, takes as long as all the rest of the document.
_MASK: Literal[2] = 2
_SIGNS = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
_PADDING = (0xEC, 0x11)
_BYTE = 8

# Rows of modules, the quiet zone included: "1" for a dark one.
Modules = tuple[str, ...]


# A chunk's documents are asked for their codes as pictures, and then as squares.
@lru_cache(maxsize=256)
def qr_modules(text: str) -> Modules:
    """Return the modules of a QR code of level Q.

    Args:
        text: upper-case letters, digits and ` $%*+-./:` only: the alphanumeric mode.
    """
    size = _size(_version(len(text)))
    blocks, data = [], _data(text, size)
    for count in size.blocks:
        blocks.append((data[:count], size.checked(data[:count])))
        data = data[count:]
    words = bytes([*_woven(block[0] for block in blocks), *_woven(block[1] for block in blocks)])
    masked = int.from_bytes(words) << size.rest ^ size.mask
    bits = f"{masked:0{size.bits}b}01"
    whole = "".join(size.pick(bits))
    return tuple(whole[start : start + size.side] for start in range(0, len(whole), size.side))


@dataclass(frozen=True, slots=True)
class _Size:
    """What codes of one version share.

    Attributes:
        length_bits: the bits that say how long the text is.
        blocks: how many bytes of data each block has.
        checked: gives the check bytes of a block.
        bits, rest: how many bits there are in all, and how many after the last byte.
        mask: the bits that the mask turns.
        side: the modules of a side, with the quiet zone.
        pick: gives every module, row by row, from all bits, a "0" and a "1".
    """

    length_bits: int
    blocks: tuple[int, ...]
    checked: Callable[[bytes], bytes]
    bits: int
    rest: int
    mask: int
    side: int
    pick: Callable[[str], tuple[str, ...]]


def _data(text: str, size: _Size) -> bytes:
    """Return the text as bytes of data, filled up to the size of the code."""
    room = sum(size.blocks)
    bits = f"{_ALPHANUMERIC:04b}{len(text):0{size.length_bits}b}"
    values = [_SIGNS[sign] for sign in text]
    pairs = zip(values[::2], values[1::2], strict=False)
    bits += "".join([f"{first * len(_SIGNS) + second:011b}" for first, second in pairs])
    bits += f"{values[-1]:06b}" if len(values) % 2 else ""
    # Four bits end it, where there is room for them; then the byte is filled up.
    bits += "0" * min(4, room * _BYTE - len(bits))
    bits += "0" * (-len(bits) % _BYTE)
    begun = int(bits, 2).to_bytes(len(bits) // _BYTE)
    padding = bytes(_PADDING) * room
    return begun + padding[: room - len(begun)]


def _woven(rows: Iterator[bytes]) -> Iterator[int]:
    """Give the first byte of each row, the second of each, and so on."""
    return (byte for column in zip_longest(*rows) for byte in column if byte is not None)


@cache
def _size(version: int) -> _Size:
    from qrcode import ERROR_CORRECT_Q
    from qrcode import base
    from qrcode import util

    blocks = base.rs_blocks(version, ERROR_CORRECT_Q)
    frame = _frame(version)
    order = [(row, column) for row, column in _zigzag(len(frame)) if frame[row][column] is None]
    turned = util.mask_func(_MASK)
    mask = "".join(str(int(turned(row, column))) for row, column in order)
    places = {place: index for index, place in enumerate(order)}
    side = len(frame) + 2 * QUIET_MODULES
    picked = []
    for row in range(-QUIET_MODULES, side - QUIET_MODULES):
        for column in range(-QUIET_MODULES, side - QUIET_MODULES):
            inside = 0 <= row < len(frame) and 0 <= column < len(frame)
            dark = inside and bool(frame[row][column])
            picked.append(places.get((row, column), len(order) + dark))
    return _Size(
        length_bits=util.length_in_bits(_ALPHANUMERIC, version),
        blocks=tuple(block.data_count for block in blocks),
        checked=_checker(blocks[0].total_count - blocks[0].data_count),
        bits=len(order),
        rest=len(order) - _BYTE * sum(block.total_count for block in blocks),
        mask=int(mask, 2),
        side=side,
        pick=itemgetter(*picked),
    )


def _frame(version: int) -> list[list[bool | None]]:
    """Return what stands in every code of a version; None where its bits stand."""
    code = _code(version)
    code.map_data = lambda *_: None  # type: ignore[method-assign]
    code.data_cache = []
    code.makeImpl(False, _MASK)
    frame: list[list[bool | None]] = code.modules
    return frame


def _zigzag(side: int) -> Iterator[tuple[int, int]]:
    """Give the modules in the order that bits fill them: two columns at once, up and down, from the right."""
    upwards = True
    for right in (*range(side - 1, 6, -2), 5, 3, 1):
        for row in range(side - 1, -1, -1) if upwards else range(side):
            yield row, right
            yield row, right - 1
        upwards = not upwards


def _checker(count: int) -> Callable[[bytes], bytes]:
    """Return what gives so many check bytes: the rest of a division by a polynomial over GF(256)."""
    from qrcode import base

    divisor = base.Polynomial([1], 0)
    for power in range(count):
        divisor = divisor * base.Polynomial([1, base.gexp(power)], 0)
    logs = [base.glog(each) for each in divisor][1:]
    products = [0]
    for factor in range(1, 256):
        products.append(int.from_bytes(bytes(base.gexp(log + base.glog(factor)) for log in logs)))
    last = _BYTE * (count - 1)
    kept = (1 << last) - 1

    def checked(data: bytes) -> bytes:
        rest = 0
        for byte in data:
            rest = (rest & kept) << _BYTE ^ products[rest >> last ^ byte]
        return rest.to_bytes(count)

    return checked


# Finding the version takes as long as the code itself; in the alphanumeric mode it is a matter of length.
@cache
def _version(length: int) -> int:
    from qrcode.util import QRData

    code = _code(None)
    code.add_data(QRData(b"A" * length, mode=_ALPHANUMERIC), optimize=0)
    code.best_fit()
    return int(code.version)


def _code(version: int | None) -> QRCode[Any]:
    import qrcode

    return qrcode.QRCode(version, qrcode.ERROR_CORRECT_Q, mask_pattern=_MASK)
