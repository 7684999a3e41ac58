package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.penstock.caller.Authenticator;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.caller.Digest;
import io.penstock.caller.Grants;
import io.penstock.caller.Recognition;
import io.penstock.caller.SignIns;
import io.penstock.store.Revocations;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class JwtAuthenticatorTests {

    private static final JWK OWN = Tokens.secret(Tokens.SECRET);

    private final Tokens.Clock clock = new Tokens.Clock();
    private final Set<String> revoked = new HashSet<>();
    private final AtomicLong generation = new AtomicLong();
    private final SignIns signIns = user -> generation.get();
    private final AtomicInteger lookups = new AtomicInteger();
    private final Issuer own = new Issuer(
            "penstock", Set.of(JWSAlgorithm.HS256), "penstock", Keys.fixed(OWN), EnumSet.allOf(Issuer.Claim.class));
    private final Issuer foreign = new Issuer(
            "https://idp.example.com",
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256),
            "penstock",
            kid -> {
                lookups.incrementAndGet();
                return Mono.just(List.of(
                        SigningKey.forEver(Tokens.RSA.toPublicJWK()), SigningKey.forEver(Tokens.EC.toPublicJWK())));
            },
            Set.of(Issuer.Claim.TEAMS));
    private final Callers callers = Recognition.by(authenticator(own, foreign));

    @Test
    void aValidTokenNamesItsCaller() {
        String token = own(claims -> claims.claim("is_admin", true)
                .claim("teams", List.of("team-alpha"))
                .claim("scopes", List.of("gateways.read", "tools.read")));

        StepVerifier.create(callers.identify(Tokens.bearer(token)))
                .expectNext(new Caller(
                                "alice@example.com",
                                Caller.Source.JWT,
                                true,
                                Set.of("team-alpha"),
                                Set.of("gateways.read", "tools.read"),
                                true,
                                Grants.NONE,
                                null,
                                Digest.ofSigned(token).hex(),
                                clock.instant().plusSeconds(600))
                        .presenting(new Secret(token)))
                .verifyComplete();
    }

    @Test
    void groupsComeFromBothClaimsAndAreBelievedOfThoseTrustedWithThem() {
        String token = own(claims ->
                claims.claim("groups", List.of("mcp-user")).claim("cognito:groups", List.of("mcp-server-time")));
        String ofNone = own(claims -> claims.claim("groups", List.of()));
        String ofForeign = Tokens.sign(
                Tokens.RSA,
                JWSAlgorithm.RS256,
                foreign(c -> c.claim("groups", List.of("mcp-admin"))).build());

        assertThat(grants(token).groups()).containsExactlyInAnyOrder("mcp-user", "mcp-server-time");
        assertThat(grants(ofNone).groups()).isEmpty();
        assertThat(grants(own(claims -> claims)).groups()).isNull();
        assertThat(grants(ofForeign).groups()).isNull();
    }

    private Grants grants(String token) {
        return callers.identify(Tokens.bearer(token)).block().grants();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER", "bEaReR"})
    void theSchemeIsCaseInsensitive(String scheme) {
        String token = own(claims -> claims);

        accepted(Tokens.request("/", headers -> headers.set("authorization", scheme + " " + token)));
    }

    @Test
    void anotherSchemeIsNoToken() {
        for (String value : List.of("Basic YTpi", "Bearers abc", "Digest a")) {
            StepVerifier.create(callers.identify(Tokens.request("/", h -> h.set("authorization", value))))
                    .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("needs an access token"));
        }
    }

    /** S13 and S14: junk fails closed, and a token in the query is none. */
    @Test
    void everyoneElseIsNobody() {
        String token = own(claims -> claims);

        refused(callers.identify(Tokens.request("/gateways/7/mcp?access_token=" + token, headers -> {})));
        refused(callers.identify(Tokens.request("/", headers -> headers.set("authorization", "Basic YTpi"))));
        refused(callers.identify(Tokens.request("/", headers -> headers.set("authorization", "Bearer"))));
        refused(callers.identify(Tokens.request("/", headers -> headers.set("authorization", token))));
        refused(callers.identify(Tokens.request("/", headers -> headers.set("cookie", "access_token=" + token))));
        StepVerifier.create(callers.identify(Tokens.bearer(token)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "junk",
                "a.b",
                "a.b.c",
                "..",
                "a.b.c.d.e",
                "eyJhbGciOiJIUzI1NiJ9..",
                "a b",
                "a,b",
                "é.b.c",
                "\"a.b.c\""
            })
    void junkIsRefused(String junk) {
        refused(Tokens.bearer(junk));
    }

    @Test
    void twoAuthorizationHeadersAreRefused() {
        String token = own(claims -> claims);

        refused(Tokens.request(
                "/", h -> h.add("authorization", "Bearer " + token).add("authorization", "Bearer " + token)));
        refused(Tokens.request("/", h -> h.add("authorization", "Basic YTpi").add("authorization", "Bearer " + token)));
        refused(Tokens.bearer(token + ", Bearer " + token));
    }

    @Test
    void aTokenThatIsTooLongIsRefused() {
        refused(Tokens.bearer(own(claims -> claims.claim("padding", "a".repeat(20_000)))));
    }

    /** S7. */
    @Test
    void anUnsignedTokenIsRefused() {
        refused(Tokens.bearer(new PlainJWT(Tokens.claims(clock.instant()).build()).serialize()));
    }

    @Test
    void anEmptyOrBrokenSignatureIsRefused() {
        String token = own(claims -> claims);

        refused(Tokens.bearer(token.substring(0, token.lastIndexOf('.') + 1)));
        refused(Tokens.bearer(token.substring(0, token.length() - 4) + "AAAA"));
    }

    @Test
    void aSecretMadeOfAPublicKeyIsRefused() throws Exception {
        JWTClaimsSet claims = foreign(c -> c).build();
        JWK confused = Tokens.secret(
                new String(Tokens.RSA.toRSAPublicKey().getEncoded(), java.nio.charset.StandardCharsets.ISO_8859_1));

        refused(Tokens.bearer(Tokens.sign(confused, JWSAlgorithm.HS256, claims)));
    }

    @Test
    void anAlgorithmThatTheIssuerDoesNotUseIsRefused() {
        JWTClaimsSet ofOwn = Tokens.claims(clock.instant()).build();

        refused(Tokens.bearer(Tokens.sign(OWN, JWSAlgorithm.HS512, ofOwn)));
        refused(Tokens.bearer(Tokens.sign(Tokens.RSA, JWSAlgorithm.RS256, ofOwn)));
        refused(Tokens.bearer(
                Tokens.sign(Tokens.RSA, JWSAlgorithm.RS512, foreign(c -> c).build())));
        refused(Tokens.bearer(
                Tokens.sign(Tokens.RSA, JWSAlgorithm.PS256, foreign(c -> c).build())));
        refused(Tokens.bearer(
                Tokens.sign(OWN, JWSAlgorithm.HS256, foreign(c -> c).build())));
    }

    @Test
    void bothKindsOfPublishedKeysVerify() {
        accepted(Tokens.bearer(
                Tokens.sign(Tokens.RSA, JWSAlgorithm.RS256, foreign(c -> c).build())));
        accepted(Tokens.bearer(
                Tokens.sign(Tokens.EC, JWSAlgorithm.ES256, foreign(c -> c).build())));
    }

    @Test
    void anotherKeyOfTheSameNameIsRefused() {
        refused(Tokens.bearer(Tokens.sign(
                Tokens.rsa("rsa-1"), JWSAlgorithm.RS256, foreign(c -> c).build())));
    }

    /** S8. */
    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "' OR 1=1 --", "http://169.254.169.254/", "rsa-1\u0000", "RSA-1"})
    void aKidIsOnlyAKeyToLookUp(String kid) {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build();

        refused(Tokens.bearer(Tokens.sign(Tokens.RSA, header, foreign(c -> c).build())));
    }

    @Test
    void aKidThatIsTooLongIsNotEvenLookedUp() {
        var header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k".repeat(257)).build();

        refused(Tokens.bearer(Tokens.sign(Tokens.RSA, header, foreign(c -> c).build())));
        assertThat(lookups).hasValue(0);
    }

    @Test
    void aKeyInTheHeaderIsRefused() {
        JWTClaimsSet claims = foreign(c -> c).build();
        URI url = URI.create("https://evil.example.com/keys");
        for (JWSHeader header : List.of(
                Tokens.header(Tokens.RSA, JWSAlgorithm.RS256)
                        .jwk(Tokens.RSA.toPublicJWK())
                        .build(),
                Tokens.header(Tokens.RSA, JWSAlgorithm.RS256).jwkURL(url).build(),
                Tokens.header(Tokens.RSA, JWSAlgorithm.RS256).x509CertURL(url).build())) {
            refused(Tokens.bearer(Tokens.sign(Tokens.RSA, header, claims)));
        }
        assertThat(lookups).hasValue(0);
    }

    @Test
    void aCriticalExtensionIsRefused() {
        var header = Tokens.header(Tokens.RSA, JWSAlgorithm.RS256)
                .criticalParams(Set.of("b64"))
                .base64URLEncodePayload(true)
                .build();

        refused(Tokens.bearer(Tokens.sign(Tokens.RSA, header, foreign(c -> c).build())));
    }

    /** S10. */
    @ParameterizedTest
    @CsvSource({
        // exp, nbf, iat in seconds from now; empty: absent
        ",,",
        ",,0",
        "-60,,",
        "-61,,-100",
        "600,61,",
        "600,,61",
        "0,,0",
        "30,,60",
        "30,,30",
        "31708800,,0",
        "99999999999999,,0"
    })
    void aTimeThatIsWrongIsRefused(Long exp, Long nbf, Long iat) {
        refused(Tokens.bearer(timed(exp, nbf, iat)));
    }

    @ParameterizedTest
    @CsvSource({"600,,", "-59,,-100", "600,60,0", "600,,60", "31536000,,0"})
    void aTimeWithinTheSkewIsTaken(Long exp, Long nbf, Long iat) {
        accepted(Tokens.bearer(timed(exp, nbf, iat)));
    }

    @Test
    void aKnownTokenEndsToo() {
        Request request = Tokens.bearer(own(claims -> claims));
        accepted(request);

        clock.advance(Duration.ofSeconds(659));
        accepted(request);
        clock.advance(Duration.ofSeconds(1));
        refused(request);
    }

    /** S11. */
    @Test
    void anotherIssuerIsRefused() {
        refused(Tokens.bearer(own(claims -> claims.issuer("penstock/"))));
        refused(Tokens.bearer(own(claims -> claims.issuer("Penstock"))));
        refused(Tokens.bearer(own(claims -> claims.issuer(null))));
    }

    @Test
    void anotherAudienceIsRefused() {
        refused(Tokens.bearer(own(claims -> claims.audience("another"))));
        refused(Tokens.bearer(own(claims -> claims.audience((String) null))));
        refused(Tokens.bearer(own(claims -> claims.audience(List.of("penstock2", "a")))));
        accepted(Tokens.bearer(own(claims -> claims.audience(List.of("a", "penstock")))));
    }

    @Test
    void aTokenForOneEndpointIsTakenThereAndNowhereElse() {
        String token = own(claims -> claims.audience("https://gateway.example.com/gateways/7/mcp"));
        Consumer<io.netty.handler.codec.http.HttpHeaders> bearer = h -> h.set("authorization", "Bearer " + token);

        accepted(Tokens.request("/gateways/7/mcp", bearer));
        for (String path :
                List.of("/gateways/8/mcp", "/gateways/7/mcp/", "/gateways/7", "/gateways", "/auth/me", "/")) {
            refused(Tokens.request(path, bearer));
        }
        refused(Tokens.bearer(own(claims -> claims.audience("https://gateway.example.com/gateways"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonce", "at_hash", "c_hash"})
    void anIdTokenIsRefused(String claim) {
        refused(Tokens.bearer(own(claims -> claims.claim(claim, "abc"))));
    }

    @Test
    void onlyAccessTokensByTypeAreTaken() {
        for (String type : List.of("JWT", "jwt", "at+jwt", "AT+JWT")) {
            accepted(Tokens.bearer(typed(type)));
        }
        accepted(Tokens.bearer(Tokens.sign(
                OWN,
                new JWSHeader(JWSAlgorithm.HS256),
                Tokens.claims(clock.instant()).build())));
        for (String type : List.of("logout+jwt", "id_token+jwt", "dpop+jwt", "secevent+jwt", "application/at+jwt+x")) {
            refused(Tokens.bearer(typed(type)));
        }
    }

    /** S15. */
    @Test
    void aRevokedTokenIsRefusedAtOnce() {
        String token = own(claims -> claims);
        accepted(Tokens.bearer(token));

        revoked.add(Digest.ofSigned(token).hex());

        refused(Tokens.bearer(token));
    }

    /** What was revoked before an upgrade stays so. */
    @Test
    void aTokenThatAnEarlierVersionRevokedIsRefused() {
        String token = own(claims -> claims);
        accepted(Tokens.bearer(token));

        revoked.add(Digest.of(token).hex());

        refused(Tokens.bearer(token));
    }

    /** The last character of 32 bytes in base64url has two bits to spare. */
    @Test
    void aRevokedTokenStaysSoHoweverItsSignatureIsWritten() {
        String token = own(claims -> claims);
        String ofEc = Tokens.sign(
                Tokens.EC, JWSAlgorithm.ES256, foreign(claims -> claims).build());
        List<String> others = List.of(spare(token), mirrored(ofEc));
        List.of(token, ofEc).forEach(one -> accepted(Tokens.bearer(one)));
        others.forEach(other -> accepted(Tokens.bearer(other)));

        revoked.addAll(
                List.of(Digest.ofSigned(token).hex(), Digest.ofSigned(ofEc).hex()));

        assertThat(others).doesNotContain(token, ofEc);
        others.forEach(other -> refused(Tokens.bearer(other)));
    }

    private static String spare(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(token.charAt(token.length() - 1));
        return token.substring(0, token.length() - 1) + alphabet.charAt(last ^ 1);
    }

    private static String mirrored(String token) {
        int dot = token.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot));
        var order = Curve.P_256.toECParameterSpec().getOrder();
        byte[] s = order.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)))
                .toByteArray();
        Arrays.fill(signature, 32, 64, (byte) 0);
        int length = Math.min(32, s.length);
        System.arraycopy(s, s.length - length, signature, 64 - length, length);
        return token.substring(0, dot) + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    @Test
    void aTokenIsRevokedByItsIdToo() {
        String token = own(claims -> claims.jwtID("id-1"));
        accepted(Tokens.bearer(token));

        revoked.add(Digest.ofTokenId("penstock", "id-1").hex());

        refused(Tokens.bearer(token));
    }

    /** S5. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Alice@Example.COM|alice@example.com",
                "' bob@example.com '|bob@example.com",
                "ＡＬＩＣＥ@example.com|alice@example.com",
                "ﬁona@example.com|fiona@example.com",
                "İ@example.com|i̇@example.com",
                "service-7|service-7"
            })
    void aUserHasOneName(String claimed, String user) {
        StepVerifier.create(callers.identify(Tokens.bearer(own(claims -> claims.claim("email", claimed)))))
                .assertNext(caller -> assertThat(caller.user()).isEqualTo(user))
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a@evil@corp.example",
                "a@b＠c",
                "a\u202e@example.com",
                "a\u200b@example.com",
                "a\u0000@example.com",
                "a b@example.com",
                "a\n@example.com",
                "\ufeffa@example.com"
            })
    void aNameThatCouldBeTakenForAnotherIsRefused(String name) {
        refused(Tokens.bearer(own(claims -> claims.claim("email", name))));
        refused(Tokens.bearer(own(claims -> claims.subject(name))));
    }

    @Test
    void anEmailThatTheIssuerDidNotVerifyIsRefused() {
        refused(Tokens.bearer(
                own(claims -> claims.claim("email", "bob@example.com").claim("email_verified", false))));
        refused(Tokens.bearer(
                own(claims -> claims.claim("email", "bob@example.com").claim("email_verified", "false"))));
        refused(Tokens.bearer(
                own(claims -> claims.claim("email", "bob@example.com").claim("email_verified", List.of(true)))));
        refused(Tokens.bearer(own(claims -> claims.claim("email", 7))));
        accepted(Tokens.bearer(
                own(claims -> claims.claim("email", "bob@example.com").claim("email_verified", "true"))));
    }

    @Test
    void anotherIssuerIsNotBelievedWhoIsAnAdministratorNorThatItsScopesGrant() {
        String token = Tokens.sign(
                Tokens.RSA,
                JWSAlgorithm.RS256,
                foreign(claims -> claims.claim("is_admin", true)
                                .claim("teams", List.of("a"))
                                .claim("scope", "tools.read gateways.delete"))
                        .build());

        StepVerifier.create(callers.identify(Tokens.bearer(token)))
                .assertNext(caller -> {
                    assertThat(caller.admin()).isFalse();
                    assertThat(caller.granted()).isFalse();
                    assertThat(caller.teams()).containsExactly("a");
                    assertThat(caller.scopes()).containsExactlyInAnyOrder("tools.read", "gateways.delete");
                })
                .verifyComplete();
    }

    @Test
    void onlyTrueIsAnAdministrator() {
        for (Object claim : List.of("true", 1, "yes", List.of(true))) {
            StepVerifier.create(callers.identify(Tokens.bearer(own(claims -> claims.claim("is_admin", claim)))))
                    .assertNext(caller -> assertThat(caller.admin()).isFalse())
                    .verifyComplete();
        }
    }

    @Test
    void scopesComeInThreeSpellingsAndNoScopesIsNotAnEmptyList() {
        scopes(claims -> claims, null);
        scopes(claims -> claims.claim("scopes", List.of()), Set.of());
        scopes(claims -> claims.claim("scope", "a b"), Set.of("a", "b"));
        scopes(claims -> claims.claim("scp", List.of("a")), Set.of("a"));
        scopes(claims -> claims.claim("scopes", List.of("a")).claim("scope", "b"), Set.of("a"));
        refused(Tokens.bearer(own(claims -> claims.claim("scopes", java.util.Map.of("permissions", List.of("*"))))));
        refused(Tokens.bearer(own(claims -> claims.claim("scopes", List.of(1, 2)))));
        refused(Tokens.bearer(own(claims -> claims.claim("teams", java.util.Arrays.asList("a", null)))));
    }

    @Test
    void aTokenIsVerifiedOnceHoweverManyShowIt() {
        String token =
                Tokens.sign(Tokens.EC, JWSAlgorithm.ES256, foreign(c -> c).build());

        StepVerifier.create(Flux.range(0, 200)
                        .flatMap(i -> callers.identify(Tokens.bearer(token)).subscribeOn(Schedulers.parallel()), 200)
                        .distinct())
                .expectNextCount(1)
                .verifyComplete();
        assertThat(lookups).hasValue(1);
    }

    @Test
    void aRefusedTokenIsNotVerifiedAgainForAWhile() {
        String token = Tokens.sign(
                Tokens.rsa("rsa-1"), JWSAlgorithm.RS256, foreign(c -> c).build());

        IntStream.range(0, 50).forEach(i -> refused(Tokens.bearer(token)));
        assertThat(lookups).hasValue(1);
        clock.advance(Duration.ofSeconds(11));
        refused(Tokens.bearer(token));

        assertThat(lookups).hasValue(2);
    }

    @Test
    void aTokenOfAKeyThatWasDroppedIsRefusedThoughItWasKnown() {
        SigningKey key = SigningKey.forEver(Tokens.RSA.toPublicJWK());
        Callers rotating = Recognition.by(authenticator(new Issuer(
                "https://idp.example.com",
                Set.of(JWSAlgorithm.RS256),
                "penstock",
                kid -> Mono.just(List.of(key)),
                Set.of())));
        Request request = Tokens.bearer(
                Tokens.sign(Tokens.RSA, JWSAlgorithm.RS256, foreign(c -> c).build()));
        StepVerifier.create(rotating.identify(request)).expectNextCount(1).verifyComplete();

        key.drop();

        refused(rotating.identify(request));
    }

    @Test
    void aTokenOfAnEarlierSignInEndsAtOnceAndOneOfNoneGoesOn() {
        Request first = Tokens.bearer(own(claims -> claims.claim("sign_in", 4)));
        Request second = Tokens.bearer(own(claims -> claims.claim("sign_in", 5)));
        Request ofNone = Tokens.bearer(own(claims -> claims));
        generation.set(4);
        accepted(first);

        generation.set(5);

        StepVerifier.create(callers.identify(first))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("sign in again"))
                .verify();
        accepted(second);
        accepted(ofNone);
    }

    @Test
    void anApiTokenIsNoneOfItsBusiness() {
        assertThat(authenticator(own).isOfItsKind("pst_" + "0".repeat(49))).isFalse();
        assertThat(authenticator(own).isOfItsKind("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"))
                .isTrue();
    }

    @Test
    void aKnownTokenIsRecognisedOnTheCallingThread() {
        Request request = Tokens.bearer(own(claims -> claims));
        accepted(request);

        StepVerifier.create(callers.identify(request).map(caller -> Thread.currentThread()))
                .expectNext(Thread.currentThread())
                .verifyComplete();
    }

    private Authenticator authenticator(Issuer... issuers) {
        var verifier = new JwtVerifier(
                List.of(issuers),
                new TokenClaims(Duration.ofDays(366), TokenClaims.GROUPS),
                clock,
                Schedulers.parallel());
        var memory = new Revocations() {
            @Override
            public boolean revoked(String digest) {
                return revoked.contains(digest);
            }

            @Override
            public Mono<Void> revoke(String digest, Instant until) {
                return Mono.empty();
            }
        };
        return new JwtAuthenticator(verifier, memory, signIns, clock, new Resources("https://gateway.example.com/"));
    }

    private String own(java.util.function.UnaryOperator<JWTClaimsSet.Builder> change) {
        return Tokens.sign(
                OWN,
                JWSAlgorithm.HS256,
                change.apply(Tokens.claims(clock.instant())).build());
    }

    private JWTClaimsSet.Builder foreign(java.util.function.UnaryOperator<JWTClaimsSet.Builder> change) {
        return change.apply(Tokens.claims(clock.instant()).issuer("https://idp.example.com"));
    }

    private String typed(String type) {
        var header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType(type))
                .build();
        return Tokens.sign(OWN, header, Tokens.claims(clock.instant()).build());
    }

    private String timed(Long exp, Long nbf, Long iat) {
        return own(
                claims -> claims.expirationTime(at(exp)).notBeforeTime(at(nbf)).issueTime(at(iat)));
    }

    private Date at(Long seconds) {
        return seconds == null ? null : Date.from(clock.instant().plusSeconds(seconds));
    }

    private void scopes(java.util.function.UnaryOperator<JWTClaimsSet.Builder> change, Set<String> scopes) {
        StepVerifier.create(callers.identify(Tokens.bearer(own(change))))
                .assertNext(caller -> assertThat(caller.scopes()).isEqualTo(scopes))
                .verifyComplete();
    }

    private void accepted(Request request) {
        StepVerifier.create(callers.identify(request)).expectNextCount(1).verifyComplete();
    }

    private void refused(Request request) {
        refused(callers.identify(request));
    }

    private static void refused(Mono<Caller> caller) {
        StepVerifier.create(caller)
                .verifyErrorSatisfies(error ->
                        assertThat(((Refusal) error).reason()).isInstanceOf(Refusal.Reason.Unauthenticated.class));
    }
}
