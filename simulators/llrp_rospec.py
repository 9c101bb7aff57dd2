"""The reader's side of ADD_ROSPEC: what a client wants read, and whether this reader can.

Layouts: LLRP 1.0.1, sections 11, 13.2.1 and 15.2.1; Impinj's content selector from its Octane definitions.
"""

from __future__ import annotations

import struct

from simulators.llrp_abilities import IMPINJ, Abilities
from simulators.llrp_frames import (
    FIELD_ERROR,
    MISSING_PARAMETER,
    OUT_OF_RANGE,
    UNSUPPORTED_PARAMETER,
    Change,
    Refused,
    Report,
    Rospec,
    Select,
    parameters,
)

START_AT_ONCE, START_ON_INPUT = 1, 3
STOP_AFTER, STOP_ON_INPUT = 1, 2
EPC_BANK = 1
CONTENT_SELECTOR = 50  # ImpinjTagReportContentSelector
SELECT_OTHERS_NOT, SELECT_TOO = 0, 1


def read_rospec(data: bytes, abilities: Abilities, *, extensions: bool) -> Rospec:
    """The ROSpec in an ADD_ROSPEC body; Refused where a strict reader refuses it.

    `extensions`: the client has enabled Impinj's.
    """
    found = dict(parameters(data))
    body = found.get(177)
    if body is None or len(body) < 6:
        raise Refused(MISSING_PARAMETER, "ADD_ROSPEC has no ROSpec")
    rospec_id, _, state = struct.unpack_from(">IBB", body)
    if rospec_id == 0:
        raise Refused(FIELD_ERROR, "ROSpecID 0 means all and names none")
    if state != 0:
        raise Refused(FIELD_ERROR, f"a new ROSpec must be Disabled (0), this one says {state}")
    parts = dict(parameters(body[6:]))
    if 178 not in parts or 183 not in parts:
        raise Refused(MISSING_PARAMETER, "a ROSpec needs a ROBoundarySpec and an AISpec")
    start, stop = _triggers(parts[178])
    antennas, inventory = _aispec(parts[183], abilities.antennas)
    return Rospec(
        rospec_id=rospec_id,
        starts_at_once=start[0] == START_AT_ONCE,
        starts_on=_change(start[1:], abilities) if start[0] == START_ON_INPUT else None,
        stops_on=_change(stop[5:], abilities) if stop[0] == STOP_ON_INPUT else None,
        stops_after_ms=int.from_bytes(stop[1:5], "big") if stop[0] == STOP_AFTER else 0,
        antennas=antennas,
        selects=_selects(inventory, abilities.filters),
        report=_report(parts.get(237), extensions=extensions),
    )


def chosen(rospec: Rospec, pc: int, epc: bytes) -> bool:
    """Whether a tag answers to the ROSpec's filters."""
    bank = int.from_bytes(b"\0\0" + pc.to_bytes(2, "big") + epc, "big")
    selected = True
    for select in rospec.selects:
        after = (4 + len(epc)) * 8 - select.pointer - select.bits
        mask = int.from_bytes(select.mask, "big") >> (-select.bits % 8)
        matches = after >= 0 and bank >> after & (1 << select.bits) - 1 == mask
        selected = matches or (selected and select.action == SELECT_TOO)
    return selected


def _triggers(boundary: bytes) -> tuple[bytes, bytes]:
    parts = dict(parameters(boundary))
    if 179 not in parts or 182 not in parts:
        raise Refused(MISSING_PARAMETER, "a ROBoundarySpec needs a start and a stop trigger")
    start, stop = parts[179], parts[182]
    if start[0] not in (0, START_AT_ONCE, START_ON_INPUT) or stop[0] not in (0, STOP_AFTER, STOP_ON_INPUT):
        raise Refused(UNSUPPORTED_PARAMETER, f"start trigger {start[0]} with stop trigger {stop[0]} is not supported")
    return start, stop


def _change(trigger: bytes, abilities: Abilities) -> Change:
    value = dict(parameters(trigger)).get(181)
    if value is None:
        raise Refused(MISSING_PARAMETER, "a GPI trigger needs a GPITriggerValue")
    port, level, _ = struct.unpack(">HBI", value)
    if not 1 <= port <= abilities.inputs:
        raise Refused(OUT_OF_RANGE, f"this reader has {abilities.inputs} inputs, the trigger names {port}")
    return Change(port=port, high=bool(level & 0x80))


def _aispec(aispec: bytes, most: int) -> tuple[frozenset[int], bytes]:
    """The antennas, none for all, and the InventoryParameterSpec."""
    count = int.from_bytes(aispec[:2], "big")
    wanted = frozenset(struct.unpack_from(f">{count}H", aispec, 2))
    if any(antenna > most for antenna in wanted):
        raise Refused(OUT_OF_RANGE, f"this reader has {most} antennas, the AISpec names {sorted(wanted)}")
    inventory = dict(parameters(aispec[2 + 2 * count :])).get(186)
    if inventory is None:
        raise Refused(MISSING_PARAMETER, "an AISpec needs an InventoryParameterSpec")
    return frozenset() if 0 in wanted else wanted, inventory


def _selects(inventory: bytes, most: int) -> tuple[Select, ...]:
    """The filters of the first antenna's inventory command."""
    configuration = dict(parameters(inventory[3:])).get(222, b"\0\0")
    command = dict(parameters(configuration[2:])).get(330, b"\0")
    found = tuple(_select(body) for kind, body in parameters(command[1:]) if kind == 331)
    if len(found) > most:
        raise Refused(UNSUPPORTED_PARAMETER, f"this reader takes {most} filters of a query, {len(found)} came")
    return found


def _select(body: bytes) -> Select:
    parts = dict(parameters(body[1:]))
    if 332 not in parts or 334 not in parts:
        raise Refused(MISSING_PARAMETER, "a C1G2Filter needs a mask and an action")
    bank, pointer, bits = struct.unpack_from(">BHH", parts[332])
    action = parts[334][0]
    if bank >> 6 != EPC_BANK or action not in (SELECT_OTHERS_NOT, SELECT_TOO):
        raise Refused(UNSUPPORTED_PARAMETER, f"filter on bank {bank >> 6} with action {action} is not supported")
    return Select(pointer=pointer, bits=bits, mask=parts[332][5:], action=action)


def _report(body: bytes | None, *, extensions: bool) -> Report:
    if body is None:
        return Report(every=0)
    trigger, count = struct.unpack_from(">BH", body)
    parts = dict(parameters(body[3:]))
    selector = parts.get(238)
    if selector is None:
        raise Refused(MISSING_PARAMETER, "a ROReportSpec needs a TagReportContentSelector")
    memory = dict(parameters(selector[2:])).get(348, b"\0")[0]
    return Report(
        every=count if trigger else 0,
        content=int.from_bytes(selector[:2], "big"),
        memory=memory,
        impinj=_impinj(parts[1023], extensions=extensions) if 1023 in parts else frozenset(),
    )


def _impinj(custom: bytes, *, extensions: bool) -> frozenset[int]:
    vendor, subtype = struct.unpack_from(">II", custom)
    if (vendor, subtype) != (IMPINJ, CONTENT_SELECTOR) or not extensions:
        raise Refused(UNSUPPORTED_PARAMETER, f"custom parameter {subtype} of vendor {vendor} is not enabled")
    modes = [struct.unpack(">IIH", body) for _, body in parameters(custom[8:])]
    return frozenset(mode for _, mode, on in modes if on)
