/** The part of the gateway's API by which partners are looked after: who takes part, tokens, shared links. */

import { request } from "../api.js";

/** @returns {Promise<import("../types/types_partners.js").TakingPart[]>} */
export const getParties = async () => (await request("GET", "/parties")).items;
/** @returns {Promise<{token: string, welcome: import("../types/types_partners.js").Welcome}>} */
export const addPartner = (body) => request("POST", "/partners", body);
export const removePartner = (code) => request("DELETE", `/partners/${encodeURIComponent(code)}`);

/** @returns {Promise<import("../types/types_partners.js").Token[]>} */
export const getTokens = async () => (await request("GET", "/tokens")).items;
/** @returns {Promise<import("../types/types_partners.js").Token & {token: string}>} */
export const makeToken = (body) => request("POST", "/tokens", body);
export const revokeToken = (id) => request("DELETE", `/tokens/${encodeURIComponent(id)}`);

/** @returns {Promise<import("../types/types_partners.js").Share[]>} */
export const getShares = async () => (await request("GET", "/shares")).items;
/** @returns {Promise<import("../types/types_partners.js").Share & {link: string}>} */
export const shareShipment = (shipment, body) => request("POST", `/shipments/${encodeURIComponent(shipment)}/share`, body);
export const endShare = (id) => request("DELETE", `/shares/${encodeURIComponent(id)}`);
