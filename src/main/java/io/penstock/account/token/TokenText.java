package io.penstock.account.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.caller.BearerToken;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * How an API token is written: {@code pst_}, 43 random digits of base 62, which are 256 bits, and 6 that check them. The check tells a
 * mistyped token from an unknown one, and lets secret scanners be sure; it keeps nobody out.
 */
final class TokenText {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_DIGITS = 43;
    private static final int CHECK_DIGITS = 6;
    private static final int LENGTH = BearerToken.API_TOKEN.length() + RANDOM_DIGITS + CHECK_DIGITS;
    private static final SecureRandom RANDOM = new SecureRandom();

    private TokenText() {}

    /** A new one, which nobody can guess. */
    static String make() {
        var token = new StringBuilder(LENGTH).append(BearerToken.API_TOKEN);
        for (int i = 0; i < RANDOM_DIGITS; i++) {
            token.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        }
        return token.append(check(token.toString())).toString();
    }

    /** Whether it can be one that was made here. */
    static boolean isWhole(String token) {
        int body = LENGTH - CHECK_DIGITS;
        return token.length() == LENGTH && token.substring(body).equals(check(token.substring(0, body)));
    }

    private static String check(String body) {
        var sum = new CRC32();
        sum.update(body.getBytes(US_ASCII));
        long rest = sum.getValue();
        var digits = new StringBuilder(CHECK_DIGITS);
        for (int i = 0; i < CHECK_DIGITS; i++) {
            digits.append(DIGITS.charAt((int) (rest % DIGITS.length())));
            rest /= DIGITS.length();
        }
        return digits.reverse().toString();
    }
}
