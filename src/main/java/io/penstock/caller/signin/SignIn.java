package io.penstock.caller.signin;

import io.penstock.vault.Secret;
import io.penstock.wire.Request;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds out who somebody is by asking the identity provider through their browser. */
public interface SignIn {

    /**
     * A sign-in that was begun.
     *
     * @param authorize where the browser goes
     * @param cookie the name of the cookie that binds it to the browser until then
     */
    record Begun(URI authorize, String cookie, Secret browser) {}

    /**
     * What the browser came back with; null where it came without.
     *
     * @param provider as the path names it
     */
    record Callback(
            @Nullable String provider,
            @Nullable String state,
            @Nullable String code,
            @Nullable String error,
            @Nullable String iss) {

        /** Without the code and the state, which are secrets. */
        @Override
        public String toString() {
            return "Callback[" + provider + ", " + iss + "]";
        }
    }

    /**
     * Who it is.
     *
     * @param groups null where the provider's groups mean nothing here
     * @param returnTo the path here that the browser wanted; null for none
     */
    record Proven(
            String user,
            @Nullable Set<String> groups,
            String issuer,
            @Nullable String returnTo,
            Origin origin) {}

    /**
     * Where a request comes from, as far as trusted proxies know.
     *
     * @param agent what it says it comes with; null where it says nothing
     */
    record Origin(String address, @Nullable String agent) {

        private static final int LONGEST = 200;

        /** For the trail. */
        public String text() {
            return "from " + address
                    + (agent == null ? "" : " with " + agent.substring(0, Math.min(LONGEST, agent.length())));
        }
    }

    /** How long a sign-in that was begun may take, in seconds. */
    long SECONDS = 600;

    /**
     * Begins a sign-in. Never empty. Error: {@code Invalid} for another provider or a path that is none, {@code TooMany} where one address
     * begins too many, {@code Unavailable} without the provider's metadata.
     */
    Mono<Begun> begin(@Nullable String provider, @Nullable String returnTo, Request request);

    /**
     * Ends a sign-in, once. Never empty. Error: {@code Malformed} where the browser began none, {@code NotFound} for a provider that is none,
     * {@code Unauthenticated} where it is not believed, {@code UpstreamFailed} and the like where the provider does not do its part.
     */
    Mono<Proven> finish(Callback callback, Request request);

    /** Where a request comes from. */
    Origin origin(Request request);

    /** The name of the cookie that bound the callback's browser; null where its state can be none. */
    @Nullable
    String cookie(Callback callback);

    /** Where the browser ends the provider's own session. Empty where it has no such place. */
    Mono<URI> logout();
}
