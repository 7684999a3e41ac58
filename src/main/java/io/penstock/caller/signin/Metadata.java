package io.penstock.caller.signin;

import io.penstock.caller.flow.Addresses;
import io.penstock.egress.JsonAnswer;
import io.penstock.loop.Turns;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * The endpoints that a provider publishes (OpenID Connect Discovery 1.0, 4), read when they are needed and again after an hour. What was read
 * last holds while they cannot be.
 */
final class Metadata {

    static final Duration FRESH = Duration.ofHours(1);
    static final Duration AFTER_A_FAILURE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Metadata.class);
    private static final String PATH = "/.well-known/openid-configuration";
    private static final String DOCUMENT = "metadata";
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final String issuer;
    private final boolean issRequired;
    private final HttpClient client;
    private final InstantSource clock;
    private final Turns<Endpoints> reads;
    private volatile @Nullable Endpoints known;
    private volatile long read = NEVER;
    private volatile long failed = NEVER;

    Metadata(String issuer, boolean issRequired, HttpClient client, InstantSource clock) {
        this.issuer = issuer;
        this.issRequired = issRequired;
        this.client = client;
        this.clock = clock;
        this.reads = new Turns<>(Mono.defer(this::fetch).doOnNext(this::accept).doOnError(this::note));
    }

    /** Never empty. Error: {@code Unavailable} where they were never read. */
    Mono<Endpoints> endpoints() {
        return Mono.defer(() -> {
            Endpoints last = known;
            boolean fresh = last != null && younger(read, FRESH);
            if (fresh || younger(failed, AFTER_A_FAILURE)) {
                return last == null ? Mono.error(Metadata::unavailable) : Mono.just(last);
            }
            return reads.join()
                    .onErrorResume(error -> last == null ? Mono.error(Metadata::unavailable) : Mono.just(last));
        });
    }

    private boolean younger(long millis, Duration age) {
        return clock.millis() - millis < age.toMillis();
    }

    private void accept(Endpoints endpoints) {
        known = endpoints;
        read = clock.millis();
    }

    private void note(Throwable error) {
        failed = clock.millis();
        LOG.warn("The metadata of the identity provider {} cannot be read: {}", issuer, error.toString());
    }

    private Mono<Endpoints> fetch() {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return client.headers(headers -> headers.set("accept", "application/json"))
                .get()
                .uri(URI.create(base + PATH))
                .response(JsonAnswer::read)
                .single()
                .timeout(JsonAnswer.PATIENCE)
                .onErrorMap(error -> Faults.of(error, DOCUMENT))
                .map(this::endpoints);
    }

    private Endpoints endpoints(JsonAnswer answer) {
        if (answer.status() != 200 || answer.object() == null) {
            throw Faults.failed("answered " + answer.status() + " or no JSON object", DOCUMENT);
        }
        if (!issuer.equals(answer.text("issuer"))) {
            throw Faults.failed("name another issuer than the settings, letter by letter", DOCUMENT);
        }
        List<String> methods = answer.texts("code_challenge_methods_supported");
        if (methods != null && !methods.contains("S256")) {
            throw Faults.failed("do not list the code challenge method S256", DOCUMENT);
        }
        return new Endpoints(
                address(answer, "authorization_endpoint"),
                address(answer, "token_endpoint"),
                address(answer, "jwks_uri"),
                Addresses.read(answer.text("end_session_endpoint")),
                issRequired || answer.isTrue("authorization_response_iss_parameter_supported"));
    }

    private static URI address(JsonAnswer answer, String name) {
        URI url = Addresses.read(answer.text(name));
        if (url == null) {
            throw Faults.failed("hold no " + name + " with https", DOCUMENT);
        }
        return url;
    }

    private static Refusal unavailable() {
        return new Refusal(
                new Reason.Unavailable("The identity provider cannot be reached now: try again", AFTER_A_FAILURE));
    }
}
