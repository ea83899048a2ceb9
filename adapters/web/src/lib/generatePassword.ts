// Without those that are easily taken for others: 0 O, 1 l I.
const ALPHABET = '23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ-_+=';
const LENGTH = 20;

/** A password that nobody guesses: 20 characters, each as likely as any other. */
export function generatePassword(): string {
  const fair = 256 - (256 % ALPHABET.length); // Bytes from here on would favour the first characters.
  let password = '';
  while (password.length < LENGTH)
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH)))
      if (byte < fair && password.length < LENGTH) password += ALPHABET[byte % ALPHABET.length] ?? '';
  return password;
}
