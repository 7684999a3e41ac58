package io.penstock.caller.jwt;

import com.nimbusds.jose.jwk.JWK;

/** A key that tokens are signed with, and how long it may be believed. */
final class SigningKey {

    private final JWK jwk;
    private volatile long goodUntil;

    private SigningKey(JWK jwk, long goodUntil) {
        this.jwk = jwk;
        this.goodUntil = goodUntil;
    }

    static SigningKey until(JWK jwk, long goodUntilMillis) {
        return new SigningKey(jwk, goodUntilMillis);
    }

    static SigningKey forEver(JWK jwk) {
        return new SigningKey(jwk, Long.MAX_VALUE);
    }

    JWK jwk() {
        return jwk;
    }

    boolean isGood(long nowMillis) {
        return nowMillis < goodUntil;
    }

    /** The issuer still publishes it. */
    void extend(long goodUntilMillis) {
        goodUntil = goodUntilMillis;
    }

    /** The issuer no longer publishes it: tokens of it are refused from now on, also those that were verified. */
    void drop() {
        goodUntil = Long.MIN_VALUE;
    }
}
