package io.penstock.oauth.grant;

/** The token endpoint gave no token. */
public final class TokenRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean grantGone;
    private final boolean certain;

    private TokenRefused(String detail, boolean grantGone, boolean certain) {
        super(detail, null, false, false);
        this.grantGone = grantGone;
        this.certain = certain;
    }

    /** The code or refresh token is good for nothing any more (RFC 6749, 5.2: {@code invalid_grant}). */
    public static TokenRefused grantGone(String detail) {
        return new TokenRefused(detail, true, true);
    }

    /** It says no, and will until somebody changes something. */
    static TokenRefused refused(String detail) {
        return new TokenRefused(detail, false, true);
    }

    /** Nobody knows: it may work later. */
    static TokenRefused failed(String detail) {
        return new TokenRefused(detail, false, false);
    }

    public boolean isGrantGone() {
        return grantGone;
    }

    public boolean isCertain() {
        return certain;
    }

    /** What is wrong, in words that an operator can act on; nothing of what the server wrote but its error code. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
