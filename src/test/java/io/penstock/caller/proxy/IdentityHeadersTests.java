package io.penstock.caller.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.penstock.caller.proxy.ProxySettings.GroupsFormat;
import io.penstock.ingress.Sender;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityHeadersTests {

    private static final Instant NOW = Instant.parse("2026-11-21T07:00:00Z");
    private static final String SECRET = "mN8kP2xW5vR9tY3zQ6bL1cD7fG4hJ0sE";
    private static final String PROXY = "10.1.2.3";
    private static final String USER = "X-Authenticated-User";

    private static ProxySettings settings(boolean clientAuth, boolean trust) {
        return settings(clientAuth, trust, GroupsFormat.COMMAS);
    }

    private static ProxySettings settings(boolean clientAuth, boolean trust, GroupsFormat format) {
        return new ProxySettings(
                clientAuth,
                trust,
                USER,
                List.of("10.1.2.0/24", "fd00::/8"),
                true,
                "X-Groups",
                format,
                "X-Forwarded-For");
    }

    private static IdentityHeaders door(ProxySettings settings, Proof proof) {
        return new IdentityHeaders(settings, new TrustedPeers(settings.ranges()), proof, InstantSource.fixed(NOW));
    }

    private final IdentityHeaders door = door(settings(false, true), Proof.NONE);
    private final IdentityHeaders jsonDoor = door(settings(false, true, GroupsFormat.BASE64_JSON), Proof.NONE);

    private static HttpRequest request(String... headers) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/servers/1/mcp?x=1");
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().add(headers[i], headers[i + 1]);
        }
        return request;
    }

    private static Sender from(String address) {
        return new Sender(new InetSocketAddress(address, 4711), null);
    }

    private static @Nullable Vouched said(IdentityHeaders door, String sender, HttpRequest request) {
        assertThat(door.refuse(request, from(sender))).isNull();
        return Vouched.of(request.headers());
    }

    private static String user(@Nullable Vouched vouched) {
        return vouched == null ? "nobody" : String.valueOf(vouched.user());
    }

    @Test
    void aTrustedProxyNamesTheUserInOneForm() {
        HttpRequest request = request(USER, "Alice@Example.COM", "X-Groups", "ops, Dev Team,,ops", "X-Other", "y");

        Vouched vouched = said(door, PROXY, request);

        assertThat(vouched).isNotNull();
        assertThat(vouched.user()).isEqualTo("alice@example.com");
        assertThat(vouched.groups()).containsExactlyInAnyOrder("ops", "Dev Team");
        assertThat(vouched.proven()).isTrue();
        assertThat(vouched.at()).isEqualTo(NOW);
        assertThat(request.headers().names()).containsExactlyInAnyOrder(Vouched.HEADER, "X-Other");
    }

    @ParameterizedTest
    @CsvSource({
        "'[\"ops\",\"a, b\",\"Büro ?>\"]', true",
        "'[\"ops\",\"a, b\",\"Büro ?>\"]', false",
    })
    void groupsThatAreListedAsJsonKeepTheirCommas(String json, boolean url) {
        var encoder = url ? Base64.getUrlEncoder().withoutPadding() : Base64.getEncoder();

        Vouched vouched =
                said(jsonDoor, PROXY, request(USER, "alice", "X-Groups", encoder.encodeToString(json.getBytes(UTF_8))));

        assertThat(vouched).isNotNull();
        assertThat(vouched.groups()).containsExactlyInAnyOrder("ops", "a, b", "Büro ?>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops",
                "ops,dev",
                "[\"ops\"]",
                "{\"ops\":1}",
                "\"ops\"",
                "[1]",
                "[\"a\\u0000\"]",
                "[[\"ops\"]]",
                "[\"ops\""
            })
    void whatIsNoJsonArrayThereIsRefused(String value) {
        String encoded = Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
        String shown = value.startsWith("ops") || value.equals("[\"ops\"]") ? value : encoded;

        assertThat(jsonDoor.refuse(request(USER, "alice", "X-Groups", shown), from(PROXY)))
                .isInstanceOf(Refusal.Reason.Malformed.class);
    }

    @Test
    void whatLooksLikeJsonInBase64IsANameWhereCommasAreAskedFor() {
        Vouched vouched = said(door, PROXY, request(USER, "alice", "X-Groups", "WyJhZG1pbiJd"));

        assertThat(vouched).isNotNull();
        assertThat(vouched.groups()).containsExactly("WyJhZG1pbiJd");
    }

    @Test
    void whereNothingIsSaidOfGroupsThereAreNone() {
        Vouched vouched = said(door, PROXY, request(USER, "alice"));

        assertThat(vouched).isNotNull();
        assertThat(vouched.groups()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, alice",
        "::ffff:10.1.2.3, alice",
        "fd12::1, alice",
        "10.1.3.1, nobody",
        "2002:0a01:0203::1, nobody",
        "64:ff9b::10.1.2.3, nobody",
        "::10.1.2.3, nobody",
        "127.0.0.1, nobody"
    })
    void trustIsTheSocketsAddress(String sender, String user) {
        HttpRequest request = request(
                USER, "alice", "X-Forwarded-For", "10.1.2.3", "Forwarded", "for=10.1.2.3", "X-Real-IP", "10.1.2.3");

        assertThat(user(said(door, sender, request))).isEqualTo(user);
        assertThat(request.headers().contains(USER)).isFalse();
    }

    /** S1: however it is written, nobody behind the door sees it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Authenticated-User",
                "x-authenticated-user",
                "X_Authenticated_User",
                "X.Authenticated-User",
                "X-Groups",
                "X.Groups",
                "Proxy-Vouched",
                "PROXY.vouched"
            })
    void whatOthersSendIsDropped(String name) {
        HttpRequest request =
                request(name, "admin@example.com", name, "root@example.com", "X-Authenticated-Users", "y");

        assertThat(said(door, "192.0.2.9", request)).isNull();
        assertThat(request.headers().names()).containsExactly("X-Authenticated-Users");
    }

    @Test
    void nobodyIsBelievedUnlessBothSettingsSaySo() {
        for (var settings : List.of(settings(true, true), settings(true, false), settings(false, false))) {
            HttpRequest request = request(USER, "alice");

            assertThat(said(door(settings, Proof.NONE), PROXY, request)).isNull();
            assertThat(request.headers()).isEmpty();
        }
    }

    /** What the door itself writes cannot be sent, not by a trusted proxy either. */
    @Test
    void theDoorsOwnWordIsNotTakenFromOutside() {
        String forged = new Vouched("root", null, true, null, NOW).text();

        assertThat(said(door, PROXY, request(Vouched.HEADER, forged))).isNull();
        assertThat(user(said(door, PROXY, request(Vouched.HEADER, forged, USER, "alice"))))
                .isEqualTo("alice");
    }

    /** S2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Authenticated-User: alice| X-Authenticated-User: alice",
                "X-Authenticated-User: alice| x-authenticated-user: root",
                "X-Authenticated-User: alice| X.Authenticated.User: root",
                "X-Authenticated-User: alice| X_Authenticated_User: root",
                "X_Authenticated-User: alice",
                "X.Authenticated-User: alice",
                "X-Authenticated-User: alice, root",
                "X-Authenticated-User: alice,",
                "X-Authenticated-User: ",
                "X-Authenticated-User: alice@evil@corp",
                "X-Authenticated-User: alice\troot",
                "X-Authenticated-User: alice  root",
                "X-Authenticated-User: alice root@example.com",
                "X-Authenticated-User: anonymous",
                "X-Authenticated-User: ANONYMOUS",
                "X-Authenticated-User: al\u00ffice",
                "X-Authenticated-User: al\u00e2\u0080\u00aeice",
                "X-Authenticated-User: al\u00e2\u0080\u008bice",
                "X-Authenticated-User: alice| X-Groups: a| X-Groups: b",
                "X-Authenticated-User: alice| X-Groups: a| X.Groups: b",
                "X-Authenticated-User: alice| X-Groups: a\tb"
            })
    void anythingButOnePlainValueIsRefused(String lines) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/tools");
        for (String line : lines.split("\\|", -1)) {
            int colon = line.indexOf(':');
            request.headers()
                    .add(
                            line.substring(0, colon).strip(),
                            line.substring(colon + 1).replaceFirst("^ ", ""));
        }

        assertThat(door.refuse(request, from(PROXY))).isInstanceOf(Reason.Malformed.class);
    }

    @Test
    void aNameThatIsNotAsciiIsReadAsUtf8() {
        String bytes =
                new String("Jos\u00e9@example.com".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(user(said(door, PROXY, request(USER, bytes)))).isEqualTo("jos\u00e9@example.com");
    }

    @Test
    void aNameMayBeOfSeveralWords() {
        assertThat(user(said(door, PROXY, request(USER, "Jane\u00c2\u00a0Doe"))))
                .isEqualTo("jane doe");
        assertThat(user(said(door, PROXY, request(USER, "[email protected]")))).isEqualTo("[email protected]");
    }

    @Test
    void groupsOfNobodyAreNothing() {
        HttpRequest request = request("X-Groups", "admins");

        assertThat(said(door, PROXY, request)).isNull();
        assertThat(request.headers()).isEmpty();
    }

    private static String signature(String secret, String... parts) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(String.join("\n", parts).getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource({
        "alice, ops, 0, POST, /servers/1/mcp?x=1, true",
        "alice, ops, 60, POST, /servers/1/mcp?x=1, true",
        "alice, ops, -60, POST, /servers/1/mcp?x=1, true",
        "alice, ops, 61, POST, /servers/1/mcp?x=1, false",
        "alice, ops, -61, POST, /servers/1/mcp?x=1, false",
        "root, ops, 0, POST, /servers/1/mcp?x=1, false",
        "alice, admins, 0, POST, /servers/1/mcp?x=1, false",
        "alice, ops, 0, GET, /servers/1/mcp?x=1, false",
        "alice, ops, 0, POST, /servers/2/mcp?x=1, false",
        "alice, ops, 0, POST, /servers/1/mcp, false"
    })
    void aSignatureHoldsForThisRequestAndThisMinute(
            String user, String groups, long age, String method, String target, boolean proven) throws Exception {
        var signed = door(settings(false, true), new SignedHead(new Secret(SECRET), settings(false, true)));
        String time = Long.toString(NOW.getEpochSecond() - age);
        HttpRequest request = request(
                USER,
                "alice",
                "X-Groups",
                "ops",
                SignedHead.TIME,
                time,
                SignedHead.SIGNATURE,
                signature(SECRET, user, groups, time, method, target));

        Vouched vouched = said(signed, PROXY, request);

        assertThat(vouched).isNotNull();
        assertThat(vouched.proven()).isEqualTo(proven);
        assertThat(request.headers().names()).containsExactly(Vouched.HEADER);
    }

    @Test
    void aSignatureThatIsMissingOrIsNoneProvesNothing() throws Exception {
        var signed = door(settings(false, true), new SignedHead(new Secret(SECRET), settings(false, true)));
        String time = Long.toString(NOW.getEpochSecond());
        String other = signature("other" + SECRET, "alice", "", time, "POST", "/servers/1/mcp?x=1");
        for (var request : List.of(
                request(USER, "alice"),
                request(USER, "alice", SignedHead.TIME, time),
                request(USER, "alice", SignedHead.TIME, "now", SignedHead.SIGNATURE, other),
                request(USER, "alice", SignedHead.TIME, "" + Long.MIN_VALUE, SignedHead.SIGNATURE, other),
                request(USER, "alice", SignedHead.TIME, time, SignedHead.SIGNATURE, "nonsense"),
                request(USER, "alice", SignedHead.TIME, time, SignedHead.SIGNATURE, other))) {
            Vouched vouched = said(signed, PROXY, request);

            assertThat(vouched).isNotNull();
            assertThat(vouched.proven()).isFalse();
        }
    }
}
