import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema, LocalizedMessageSchema } from "../gen/errors/google/rpc/error_details_pb";

/** What went wrong, as a screen shows it. */
export interface Fault {
  /** The stable reason, or one of ours: OFFLINE, SLOW. */
  reason: string;
  /** A sentence in the reader's language; "" where the screen has to find one. */
  text: string;
  /** What is wrong with single fields, by their paths. */
  fields: Record<string, string>;
  /** Trying again may help. */
  again: boolean;
}

export function faultOf(e: unknown): Fault {
  const from = ConnectError.from(e);
  const reason = from.findDetails(ErrorInfoSchema)[0]?.reason ?? "";
  const text = from.findDetails(LocalizedMessageSchema)[0]?.message ?? "";
  const fields: Record<string, string> = {};
  for (const v of from.findDetails(BadRequestSchema)[0]?.fieldViolations ?? []) fields[v.field] = v.description;
  if (reason) return { reason, text, fields, again: from.code === Code.Unavailable || from.code === Code.Aborted };
  if (!navigator.onLine) return { reason: "OFFLINE", text: "", fields, again: true };
  return { reason: from.code === Code.DeadlineExceeded ? "SLOW" : "UNREACHABLE", text: "", fields, again: true };
}
