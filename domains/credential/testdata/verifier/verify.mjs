// Checks a presentation with a library that is not ours. It reads one JSON text from its
// standard input, { presentation, keys, list, now }, and writes one to its standard output:
// { payload } of what it accepts, { refused } with its reason otherwise.
import { digest, generateSalt, ES256 } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { presentation, keys, list, now } = JSON.parse(Buffer.concat(chunks).toString());

// verifier finds the key that a token names.
async function verifier(data, signature) {
  const { kid } = JSON.parse(Buffer.from(data.split('.')[0], 'base64url').toString());
  const key = keys.find((k) => k.kid === kid);
  if (!key) throw new Error('no such key');
  return (await ES256.getVerifier(key))(data, signature);
}

const library = new SDJwtVcInstance({
  verifier,
  statusVerifier: verifier,
  hasher: digest,
  saltGenerator: generateSalt,
  hashAlg: 'sha-256',
  statusListFetcher: async () => list,
});
try {
  const { payload } = await library.verify(presentation, { currentDate: now });
  process.stdout.write(JSON.stringify({ payload }));
} catch (error) {
  process.stdout.write(JSON.stringify({ refused: String(error.message ?? error) }));
}
