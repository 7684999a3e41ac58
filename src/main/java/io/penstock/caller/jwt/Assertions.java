package io.penstock.caller.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.egress.Egress;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The signed assertions of an identity-aware proxy: JWTs that say the user's name here, and the user's groups where that is asked for. */
public final class Assertions {

    private static final int MOST_KNOWN = 10_000;
    private static final Duration KNOWN_FOR = Duration.ofMinutes(10);
    private static final Duration LONGEST_LIFE = Duration.ofDays(366);

    /** In the URL of keys, where each key's id stands. */
    private static final String KID = "{kid}";

    private final Issuer issuer;
    private final TokenClaims claims;
    private final boolean bySigner;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final Cache<Digest, Verified> known = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(KNOWN_FOR)
            .build();

    /**
     * @param groupsClaim the claim that names the user's groups; empty where groups are no matter of this proxy's
     * @param bySigner whether the audience is what the header calls the signer: of AWS, whose keys are those of a whole region
     */
    Assertions(
            String issuer,
            String audience,
            String groupsClaim,
            boolean bySigner,
            Keys keys,
            InstantSource clock,
            Scheduler scheduler) {
        this.bySigner = bySigner;
        this.claims = new TokenClaims(LONGEST_LIFE, List.of(groupsClaim));
        this.issuer = new Issuer(
                issuer,
                Algorithms.ASYMMETRIC,
                audience,
                keys,
                groupsClaim.isEmpty() ? Set.of() : Set.of(Issuer.Claim.GROUPS));
        this.clock = clock;
        this.scheduler = scheduler;
    }

    /**
     * Those of one issuer for one audience, whose keys are published at a URL: together as a JWK set, or with {@code {kid}} in the URL each by
     * itself as a PEM file.
     */
    public static Assertions of(
            String issuer,
            String jwksUrl,
            String audience,
            String groupsClaim,
            Egress egress,
            Rounds rounds,
            Changes changes) {
        InstantSource clock = InstantSource.system();
        boolean each = jwksUrl.contains(KID);
        Keys keys = each
                ? KeysById.at(kid -> URI.create(jwksUrl.replace(KID, kid)), egress, clock)
                : JwtConfiguration.keySet(issuer, URI.create(jwksUrl), egress, rounds, clock, changes);
        return new Assertions(issuer, audience, groupsClaim, each, keys, clock, Schedulers.parallel());
    }

    /**
     * Of whom an assertion speaks.
     *
     * @param user canonical
     * @param groups null where groups are no matter of the assertions; none where this one names none
     */
    public record Asserted(String user, @Nullable Set<String> groups) {}

    /**
     * The user that an assertion names. Never empty. Error: {@code Unauthenticated}, or {@code Unavailable} where the issuer's keys were never
     * read.
     *
     * @param at when it has to be valid: when its request came
     */
    public Mono<Asserted> user(String assertion, Instant at) {
        Digest digest = Digest.of(assertion);
        Verified verified = good(digest, at);
        return (verified == null ? verify(assertion, digest, at) : Mono.just(verified))
                .flatMap(known -> user(known, assertion));
    }

    private @Nullable Verified good(Digest digest, Instant at) {
        Verified verified = known.getIfPresent(digest);
        return verified != null && verified.key().isGood(clock.millis()) && at.toEpochMilli() < verified.expires()
                ? verified
                : null;
    }

    private Mono<Verified> verify(String assertion, Digest digest, Instant at) {
        return new JwtVerifier(List.of(issuer), claims, InstantSource.fixed(at), scheduler)
                .verify(assertion, digest)
                .doOnNext(verified -> known.put(digest, verified));
    }

    private Mono<Asserted> user(Verified verified, String assertion) {
        boolean meant = bySigner ? issuer.audience().equals(signer(assertion)) : verified.general();
        return meant
                ? Mono.just(asserted(verified.caller()))
                : Mono.error(() -> BearerToken.refused("The proxy's assertion is meant for another audience"));
    }

    private Asserted asserted(Caller caller) {
        Set<String> groups = caller.grants().groups();
        boolean saysGroups = issuer.claims().contains(Issuer.Claim.GROUPS);
        return new Asserted(caller.user(), saysGroups && groups == null ? Set.of() : groups);
    }

    /** Null where there is none. The header was signed with the claims. */
    private static @Nullable Object signer(String assertion) {
        try {
            return SignedJWT.parse(assertion).getHeader().getCustomParam("signer");
        } catch (ParseException e) {
            return null;
        }
    }
}
