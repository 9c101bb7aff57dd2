"""The life of an alert: opened by a finding, ended by what clears it; pure."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from gateway.engine.followed import followed_key
from gateway.engine.impact import newer
from gateway.model import (
    Ack,
    Alert,
    AlertState,
    Cleared,
    DeviceState,
    Finding,
    Impact,
    Load,
    Micros,
    Remark,
    Severity,
    Stay,
    Subject,
    Tier,
    Trip,
)

LOUDNESS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert says of its subject, and whom it concerns."""

    shipment: str = ""
    asset: str = ""
    place: str = ""
    tier: Tier | None = None
    lane: str = ""
    device: str = ""
    parties: tuple[str, ...] = ()
    within: tuple[str, ...] = ()  # the places around where it is and where it was not seen, and these
    roles: dict[str, str] = {}  # role -> party, of the shipment


def subject_key(subject: Subject) -> str:
    """One alert stands per rule and subject: shipment:ID, stay:ASSET@PLACE, load:TRAILER@SITE, device:NAME, ..."""
    if isinstance(subject, Trip):
        return f"shipment:{subject.shipment.shipment_id}"
    if isinstance(subject, Stay):
        return f"stay:{subject.asset}@{subject.place}"
    if isinstance(subject, Load):
        return f"load:{subject.trailer}@{subject.site}"
    if isinstance(subject, DeviceState):
        return f"device:{subject.device}"
    return followed_key(subject)


def content_id(prefix: str, *parts: object) -> str:
    """An id that follows from what it names, so that a replay gives the same; without dots, for webhooks."""
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}_{blake2b(text.encode(), digest_size=12).hexdigest()}"


def opened(rule: str, subject: str, finding: Finding, about: About, recorded_us: Micros, *, behind: str = "") -> Alert:
    """The alert that a finding raises; `behind`: the alert of the same id that it follows, which is over."""
    return Alert(
        alert_id=content_id("al", rule, subject, finding.since_us, *filter(None, (behind,))),
        rule=rule,
        subject=subject,
        state=AlertState.OPEN,
        severity=finding.severity,
        reason=finding.reason,
        text=finding.text,
        raised_us=finding.since_us,
        recorded_us=recorded_us,
        late_s=finding.late_s,
        unseen_at=finding.unseen_at,
        found_us=finding.since_us,
        impact=_impact_on(about.shipment, finding),
        **{field: getattr(about, field) for field in About.__struct_fields__},
    )


def refreshed(alert: Alert, finding: Finding, recorded_us: Micros) -> Alert:
    """The alert as its finding now reads. It counts as recorded anew where it is louder than its parties know."""
    after = msgspec.structs.replace(
        alert,
        severity=finding.severity,
        reason=finding.reason,
        text=finding.text,
        late_s=finding.late_s,
        unseen_at=finding.unseen_at,
        found_us=finding.since_us,
        impact=newer(alert.impact, _impact_on(alert.shipment, finding)),
        clearing=None,
        settles_us=None,
    )
    is_worse = is_louder(finding.severity, alert.severity) and is_untold(after)
    return msgspec.structs.replace(after, recorded_us=recorded_us) if is_worse else after


def _impact_on(shipment: str, finding: Finding) -> Impact | None:
    """What a finding means downstream, where it is about the shipment whose parties are told of it."""
    impact = finding.impact
    return impact if impact is not None and impact.shipment == shipment else None


def is_untold(alert: Alert) -> bool:
    """Whether its parties have yet to be told of it, or of how loud it is. That it is less loud is not told."""
    return alert.told_severity is None or is_louder(alert.severity, alert.told_severity)


def as_told(alert: Alert) -> Alert:
    """An alert from before it was noted whether it was told: it was, as soon as it was recorded."""
    if alert.told_us is not None or alert.suppressed:
        return alert
    return msgspec.structs.replace(alert, told_us=alert.recorded_us, told_severity=alert.severity)


def is_louder(severity: Severity, other: Severity) -> bool:
    """Whether a severity is above another."""
    return LOUDNESS[severity] > LOUDNESS[other]


def ended(alert: Alert, cleared: Cleared) -> Alert:
    """The alert that is over, or, disproved, was never right."""
    return msgspec.structs.replace(
        alert,
        state=AlertState.WITHDRAWN if cleared.disproved else AlertState.RESOLVED,
        ended_us=cleared.at_us,
        ended_reason=cleared.reason,
        ended_text=cleared.text,
        clearing=None,
        settles_us=None,
    )


def ack_of(remark: Remark) -> Ack:
    """The acknowledgement that was said."""
    return Ack(
        party=remark.party,
        at_us=remark.at_us,
        by=remark.by,
        code=remark.code,
        reason=remark.text,
        promised_us=remark.promised_us,
    )


def acknowledged(alert: Alert, ack: Ack) -> Alert:
    """The alert with a party's acknowledgement; a party's later word replaces its earlier one."""
    others = tuple(held for held in alert.acks if held.party != ack.party)
    return msgspec.structs.replace(alert, acks=(*others, ack))
