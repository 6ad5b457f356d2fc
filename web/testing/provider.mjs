// A real OpenID Connect provider for the tests: `node provider.mjs PORT REDIRECT_URI…`. Never part of an installation.
//
// It runs on this machine only. Whoever logs in is whoever they type; POST /fault?kind=… makes the next identity tokens
// wrong in one way (nonce, audience, issuer, expired, signature, none), so that each refusal can be tried for real.

import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, ...redirects] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const strange = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...keys.privateKey.export({ format: "jwk" }), kid: "test", alg: "RS256", use: "sig" };

let fault = "";

const provider = new Provider(issuer, {
  clients: [{ client_id: "qiming", client_secret: "s".repeat(32), redirect_uris: redirects }],
  jwks: { keys: [jwk] },
  cookies: { keys: ["test"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Everybody has agreed already: one page to log in, no second to consent.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function spoil(token, kind) {
  const [head, body] = token.split(".");
  const header = JSON.parse(Buffer.from(head, "base64url"));
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  const change = {
    nonce: { nonce: "another" },
    audience: { aud: "somebody-else" },
    party: { azp: "somebody-else" },
    issuer: { iss: "http://localhost:1" },
    expired: { iat: claims.iat - 7200, exp: claims.iat - 3600 },
  }[kind];
  if (kind === "none") return `${part({ ...header, alg: "none" })}.${body}.`;
  const input = `${part(header)}.${part({ ...claims, ...change })}`;
  const key = kind === "signature" ? strange.privateKey : createPrivateKey({ key: jwk, format: "jwk" });
  return `${input}.${sign("RSA-SHA256", Buffer.from(input), key).toString("base64url")}`;
}

provider.use(async (ctx, next) => {
  if (ctx.path === "/fault") {
    fault = ctx.query.kind ?? "";
    ctx.body = "ok";
    return;
  }
  await next();
  if (fault && ctx.path === "/token" && ctx.body?.id_token) {
    ctx.body = { ...ctx.body, id_token: spoil(ctx.body.id_token, fault) };
  }
});

provider.listen(Number(port), "localhost", () => console.warn("listening"));
