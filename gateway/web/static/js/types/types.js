/**
 * The shapes that the API answers with, for editors and readers; this file holds no code.
 * Times are ISO 8601 in UTC with Z. What an outsider may not see is absent, never masked.
 *
 * @typedef {"tier3"|"tier2"|"tier1"|"transit"|"crossdock"|"port"|"oem"} Tier
 *
 * @typedef {object} Problem
 * @property {number} status
 * @property {string} title
 * @property {string} detail  the gateway's own sentence, in English
 * @property {string} [reason]  a stable word; none: the status says enough
 * @property {{field: string, reason: string, text: string}[]} [errors]
 *
 * @typedef {object} Session
 * @property {{code: string, name: string, tier: Tier}} party
 * @property {boolean} operator
 * @property {string} site
 * @property {{now: string, speed: number}} clock
 *
 * @typedef {object} Place
 * @property {string} code
 * @property {string} name
 * @property {Tier} tier
 * @property {string} kind
 * @property {string} party
 * @property {string|null} inside
 * @property {number|null} lat
 * @property {number|null} lon
 * @property {[number, number][]} [polygon]  latitude, longitude
 * @property {number} radius_m
 * @property {import("../map/plan_overlay.js").Plan|null} [plan]
 * @property {string} time_zone  of IANA
 *
 * @typedef {object} Row  an asset in a tier's column
 * @property {string} asset
 * @property {string} kind
 * @property {string} label
 * @property {string} place
 * @property {string} since
 * @property {string} parent
 * @property {boolean} late
 *
 * @typedef {object} Position
 * @property {string} asset
 * @property {string} kind
 * @property {string} label
 * @property {number} lat
 * @property {number} lon
 * @property {number|null} speed_mps
 * @property {number|null} course_deg
 * @property {string} at
 * @property {string} place
 * @property {Tier} tier
 * @property {boolean} late
 * @property {string} shipment
 *
 * @typedef {object} Triple
 * @property {{open: string, close: string}|null} planned
 * @property {string|null} estimated
 * @property {string|null} actual
 * @property {Estimate|null} [estimate]
 *
 * @typedef {object} Estimate
 * @property {string} p10
 * @property {string} p50
 * @property {string} p90
 * @property {string} method
 * @property {string|null} seen
 * @property {number} trips
 * @property {string} promised_by
 *
 * @typedef {object} Stop
 * @property {string} place
 * @property {Triple|null} arrival
 * @property {Triple|null} departure
 *
 * @typedef {object} Shipment
 * @property {string} shipment_id
 * @property {string} lane
 * @property {"planned"|"under_way"|"arrived"} status
 * @property {boolean} late
 * @property {number} late_s
 * @property {Object<string, string>} parties  role to party code
 * @property {string[]} assets
 * @property {string} contents
 * @property {Stop[]} stops
 *
 * @typedef {object} Receipt
 * @property {string} party
 * @property {string} channel
 * @property {string} subscription
 * @property {string} notice
 * @property {"pending"|"accepted"|"failed"} state
 * @property {string|null} accepted
 * @property {number|null} offset_ms  after the common release
 * @property {number} attempts
 * @property {string} reason
 *
 * @typedef {object} Ack
 * @property {string} party
 * @property {string} at
 * @property {string} by
 * @property {string|null} code
 * @property {string} reason
 * @property {string|null} promised
 *
 * @typedef {object} Remark
 * @property {number} number
 * @property {string} alert_id
 * @property {string} party
 * @property {string} at
 * @property {"acknowledged"|"comment"|"task"|"done"|"shelved"|"unshelved"} kind
 * @property {string} by
 * @property {string} text
 * @property {string|null} code
 * @property {string|null} promised
 * @property {string} to
 * @property {string|null} until
 * @property {number|null} answers
 *
 * @typedef {object} Alert
 * @property {string} alert_id
 * @property {string} rule
 * @property {string} subject
 * @property {"open"|"resolved"|"withdrawn"} state
 * @property {"info"|"warning"|"critical"} severity
 * @property {string} reason
 * @property {string} text
 * @property {string} raised
 * @property {string|null} ended
 * @property {string} ended_reason
 * @property {string} ended_text
 * @property {string} shipment
 * @property {string} asset
 * @property {string} place
 * @property {Tier|null} tier
 * @property {string} lane
 * @property {number} late_s
 * @property {string[]} parties
 * @property {Ack[]} acks
 * @property {{party: string, until: string}[]} shelves
 * @property {Impact|null} [impact]
 * @property {number} remarks  how many the conversation holds
 * @property {Receipt[]} receipts
 * @property {number|null} skew_ms
 *
 * @typedef {object} Why  what an alert rests on
 * @property {string} rule
 * @property {string} question
 * @property {{name: string, value: string}[]} settings
 * @property {{at: string, what: string, place: string, asset: string, label: string, opens: string|null, late: boolean, text: string}[]} lines
 *
 * @typedef {object} Impact
 * @property {string[]} places
 * @property {Tier[]} tiers
 * @property {{part: string, place: string, quantity: number|null, unit: string, runs_out: string|null, margin_h: number|null}[]} parts
 * @property {number} more_parts
 * @property {{shipment: string, places: string[], tiers: Tier[]}[]} onward
 * @property {string|null} expected
 *
 * @typedef {object} QualityFinding
 * @property {string} finding
 * @property {string} reason
 * @property {string} owner
 * @property {string} source
 * @property {string} subject
 * @property {"open"|"fixed"|"ignored"} state
 * @property {number} count
 * @property {number} waiting
 * @property {string} first
 * @property {string} last
 * @property {string} text
 * @property {string} example
 * @property {string} suggestion
 * @property {string|null} mended_by  kind of the name that mends it
 *
 * @typedef {object} StreamEvent  a location, position, sensor or device event
 * @property {number} seq
 * @property {string} type
 * @property {string} at
 * @property {string} asset
 */

export {};
