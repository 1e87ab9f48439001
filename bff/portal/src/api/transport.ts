import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { language } from "../locale";

/** Asks in the reader's language. */
const speaking: Interceptor = (next) => (req) => {
  req.header.set("Accept-Language", language.value);
  return next(req);
};

const options = { baseUrl: location.origin, useBinaryFormat: false, defaultTimeoutMs: 20_000 };

/** For calls of whoever is not signed in. */
export const plain = createConnectTransport({ ...options, interceptors: [speaking] });

/** Adds the token of whoever is signed in. One that is refused is renewed once. */
const known: Interceptor = (next) => async (req) => {
  const { token, end } = await import("./session");
  const call = (t: string) => {
    if (t) req.header.set("Authorization", `Bearer ${t}`);
    return next(req);
  };
  try {
    return await call(await token());
  } catch (e) {
    if (ConnectError.from(e).code !== Code.Unauthenticated) throw e;
    try {
      return await call(await token(true));
    } catch (again) {
      if (ConnectError.from(again).code === Code.Unauthenticated) end();
      throw again;
    }
  }
};

/** For calls of whoever is signed in. */
export const transport = createConnectTransport({ ...options, interceptors: [speaking, known] });
