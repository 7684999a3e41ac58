package io.penstock.caller.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Set;

/**
 * Somebody whose tokens are believed.
 *
 * @param name what {@code iss} has to be, exactly
 * @param algorithms the only signature algorithms that it uses
 * @param audience what {@code aud} has to hold, unless it holds the address of the requested MCP endpoint
 * @param claims what it is believed beside the user's name
 */
record Issuer(String name, Set<JWSAlgorithm> algorithms, String audience, Keys keys, Set<Claim> claims) {

    /** What an issuer can be believed, by its name in the setting. */
    enum Claim {
        IS_ADMIN,
        TEAMS,
        /** That scopes grant; where it is not believed, they only narrow what the user has. */
        SCOPES,
        /** The groups that its users are in. */
        GROUPS
    }

    boolean signs(String issuer, JWSAlgorithm algorithm) {
        return name.equals(issuer) && algorithms.contains(algorithm);
    }
}
