"""`tierview names link`."""

from __future__ import annotations

from gateway.cli.options import Api


def names_link(kind: str, name: str, target: str, /, *, party: str = "", api: Api = Api()) -> None:  # noqa: B008 - frozen
    """Say what a name means; all that waited for it is read again.

    For example:

        tierview names link place "Werk 7 Tor 1" OEM-DOOR-1 --party T1-A
        tierview names link unit degC CEL
        tierview names link asset "ERP 4711" urn:epc:id:sscc:9521141.0000000001

    It counts at once, in a gateway that runs.

    Parameters
    ----------
    kind
        What it names: asset, place, party, unit or part.
    name
        The name as it comes, in readings or plans.
    target
        What it means: an asset's key or name, a place's or party's code, a unit of UN/ECE Rec. 20, a part number.
    party
        Code of the party in whose data it counts; otherwise in everyone's.
    """
    from gateway.cli.api_call import call

    body = {"kind": kind, "name": name, "target": target, "party": party}
    answer = call(api, "POST", "/names", json=body).json()
    tried = answer["tried"]
    said = f"linked {name} to {answer['name']['target']}" if answer["name"] else f"{name} was known as {target} already"
    print(f"{said}; read again: {tried['replayed']}, still waiting: {tried['waiting']}")
