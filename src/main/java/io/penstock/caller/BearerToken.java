package io.penstock.caller;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.Refusal;
import org.jspecify.annotations.Nullable;

/** The access token of a request: in its one {@code Authorization} header and nowhere else (RFC 6750, 2.1). */
public final class BearerToken {

    /** How an API token begins, so that secret scanners find it; no JWT does. */
    public static final String API_TOKEN = "pst_";

    static final int LONGEST = 16 * 1024;

    private static final String SCHEME = "Bearer";

    /** Each call's token is looked through, so by a table. */
    private static final boolean[] IN_TOKEN = inToken();

    private BearerToken() {}

    /**
     * The token; null where the request carries none.
     *
     * @throws Refusal {@code Unauthenticated} where it carries several, or what can be no token
     */
    public static @Nullable String of(HttpHeaders headers) {
        var values = headers.valueStringIterator(HttpHeaderNames.AUTHORIZATION);
        if (!values.hasNext()) {
            return null;
        }
        String value = values.next();
        if (values.hasNext()) {
            throw refused("There is more than one Authorization header: send one");
        }
        if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || (value.length() > SCHEME.length() && value.charAt(SCHEME.length()) != ' ')) {
            return null;
        }
        String token =
                value.substring(Math.min(SCHEME.length() + 1, value.length())).strip();
        if (token.isEmpty() || token.length() > LONGEST || !isToken(token)) {
            throw refused("The Authorization header holds no token: send Bearer and a JWT or an API token of at most "
                    + LONGEST + " characters");
        }
        return token;
    }

    /** Whether it is an API token, rather than a JWT. */
    public static boolean isApiToken(String token) {
        return token.startsWith(API_TOKEN);
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= IN_TOKEN.length || !IN_TOKEN[c]) {
                return false;
            }
        }
        return true;
    }

    private static boolean[] inToken() {
        var in = new boolean[128];
        for (char c = 0; c < in.length; c++) {
            boolean base64url =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            in[c] = base64url || c == '.';
        }
        return in;
    }

    public static Refusal refused(String detail) {
        return new Refusal(new Refusal.Reason.Unauthenticated(detail));
    }
}
