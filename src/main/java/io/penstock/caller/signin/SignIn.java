package io.penstock.caller.signin;

import io.penstock.caller.IdToken;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.Departure;
import io.penstock.caller.flow.Origin;
import io.penstock.wire.Request;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds out who somebody is by asking the identity provider through their browser. */
public interface SignIn {

    /**
     * Who it is.
     *
     * @param groups null where the provider's groups mean nothing here
     * @param idToken the provider's word
     * @param returnTo the path here that the browser wanted; null for none
     */
    record Proven(
            String user,
            @Nullable Set<String> groups,
            String issuer,
            IdToken idToken,
            @Nullable String returnTo,
            Origin origin) {}

    /**
     * Begins a sign-in. Never empty. Error: {@code Invalid} for another provider or a path that is none, {@code TooMany} where one address
     * begins too many, {@code Unavailable} without the provider's metadata.
     */
    Mono<Departure> begin(@Nullable String provider, @Nullable String returnTo, Request request);

    /**
     * Ends a sign-in, once. Never empty. Error: {@code Malformed} where the browser began none, {@code NotFound} for a provider that is none,
     * {@code Unauthenticated} where it is not believed, {@code UpstreamFailed} and the like where the provider does not do its part.
     */
    Mono<Proven> finish(Callback callback, Request request);

    /** Where the browser ends the provider's own session. Empty where it has no such place. */
    Mono<URI> logout();
}
