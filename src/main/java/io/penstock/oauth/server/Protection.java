package io.penstock.oauth.server;

import java.util.List;

/**
 * What an upstream says of how it is protected (RFC 9728, 2).
 *
 * @param resource what tokens have to be good for
 * @param issuer whose tokens it takes, letter by letter
 * @param scopes that its challenge wants; empty where it does not say
 */
record Protection(String resource, String issuer, List<String> scopes) {}
