package io.penstock.oauth.grant;

import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;

/** The token endpoint gave no token. */
public final class TokenRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    private TokenRefused(String detail, Kind kind) {
        super(detail, null, false, false);
        this.kind = kind;
    }

    private enum Kind {
        GRANT_GONE,
        CLIENT_UNKNOWN,
        REFUSED,
        FAILED
    }

    /** The code or refresh token is good for nothing any more (RFC 6749, 5.2: {@code invalid_grant}). */
    public static TokenRefused grantGone(String detail) {
        return new TokenRefused(detail, Kind.GRANT_GONE);
    }

    /** It knows no such client, or not by what was shown (RFC 6749, 5.2: {@code invalid_client}). */
    static TokenRefused clientUnknown(String detail) {
        return new TokenRefused(detail, Kind.CLIENT_UNKNOWN);
    }

    /** It says no, and will until somebody changes something. */
    static TokenRefused refused(String detail) {
        return new TokenRefused(detail, Kind.REFUSED);
    }

    /** Nobody knows: it may work later. */
    static TokenRefused failed(String detail) {
        return new TokenRefused(detail, Kind.FAILED);
    }

    public boolean isGrantGone() {
        return kind == Kind.GRANT_GONE;
    }

    public boolean isClientUnknown() {
        return kind == Kind.CLIENT_UNKNOWN;
    }

    public boolean isCertain() {
        return kind != Kind.FAILED;
    }

    /** How far a call came that needed the token. */
    public How how() {
        return isClientUnknown() ? How.UNKNOWN_GATEWAY : How.ENDED;
    }

    /** What is wrong, in words that an operator can act on; nothing of what the server wrote but its error code. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
