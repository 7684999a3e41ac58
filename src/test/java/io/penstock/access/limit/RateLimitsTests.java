package io.penstock.access.limit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.caller.Caller;
import io.penstock.caller.proxy.Addresses;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Limit;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may make how many calls, in a time that the tests move. */
class RateLimitsTests {

    private static final Gateway WEATHER = Snapshots.gateway("weather", Visibility.TEAM, "team-alpha", true);
    private static final Gateway MAIL = Snapshots.gateway("mail", Visibility.PUBLIC, null, true);

    private final SomeLimits some = new SomeLimits();
    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);

    RateLimitsTests() {
        some.ticker = now::get;
        some.snapshot = Snapshots.tool(WEATHER, "forecast", "{\"name\":\"forecast\"}");
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static Caller caller(String user, Caller.Source source, String digest) {
        return new Caller(user, source, false, Set.of(), null, digest, Instant.MAX);
    }

    private static Caller caller(String user) {
        return caller(user, Caller.Source.JWT, "digest of " + user);
    }

    private static Request request(String method, String address) {
        return new Request(method, "/", new DefaultHttpHeaders(), new InetSocketAddress(address, 1), "c");
    }

    private static Permit permit(Caller caller, Route route, String body) {
        return permit(caller, route, body.isEmpty() ? "GET" : "POST", body);
    }

    private static Permit permit(Caller caller, Route route, String method, String body) {
        var request = request(method, "192.0.2.1");
        var target = new Arrival.Target.GatewayTarget(WEATHER.id());
        var envelope = body.isEmpty() ? null : Envelopes.read(body.getBytes(UTF_8));
        return Permits.of(
                caller, new Arrival(request, target, Era.SESSIONS, envelope, null, body.getBytes(UTF_8)), route);
    }

    private static Permit call(String user, Gateway gateway, String tool) {
        return permit(
                caller(user),
                new Route.One(gateway, null),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool + "\"}}");
    }

    private static @Nullable Limit count(RateLimits limits, Permit permit) {
        return limits.count(permit, limits.count(permit.caller(), permit.arrival()));
    }

    private static Reason.TooMany refusal(Runnable beyond) {
        return (Reason.TooMany) catchThrowableOfType(Refusal.class, beyond::run).reason();
    }

    /** Else nothing would limit how often one is refused. */
    @Test
    void aCallIsCountedForItsCallerBeforeItIsPermitted() {
        some.caller = "1/1m";
        some.tool = "1/1m";
        var limits = some.limits();
        var arrival = call("ada", WEATHER, "forecast").arrival();

        var _ = limits.count(caller("ada"), arrival);

        assertThat(refusal(() -> limits.count(caller("ada"), arrival)).limit())
                .extracting(Limit::name)
                .isEqualTo("caller");
        assertThat(count(limits, call("bob", WEATHER, "forecast"))).isNotNull();
    }

    @Test
    void withoutSettingsNothingIsLimited() {
        var limits = some.limits();

        for (int i = 0; i < 10_000; i++) {
            assertThat(count(limits, call("ada", WEATHER, "forecast"))).isNull();
            assertThat(limits.count(caller("ada"), request("GET", "192.0.2.1"))).isNull();
            limits.count(request("GET", "192.0.2.1"));
        }
    }

    @Test
    void oneUserHasSoManyCallsWhicheverWayTheyCome() {
        some.caller = "3/30s";
        var limits = some.limits();

        assertThat(count(limits, call("ada", WEATHER, "forecast")))
                .extracting(Limit::left)
                .isEqualTo(2L);
        assertThat(limits.count(caller("ada"), request("GET", "192.0.2.1")))
                .extracting(Limit::policy, Limit::state)
                .containsExactly("\"caller\";q=3;w=30", "\"caller\";r=1;t=20");
        var _ = count(limits, call("ada", MAIL, "send"));
        var refusal = refusal(() -> count(limits, call("ada", WEATHER, "forecast")));

        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(10));
        assertThat(refusal.limit()).isNotNull();
        assertThat(refusal.limit().state()).isEqualTo("\"caller\";r=0;t=10");
        assertThat(refusal.detail())
                .isEqualTo("One user may make 3 calls within 30 s, and has made them: try again in 10 s");
        assertThat(count(limits, call("bob", WEATHER, "forecast"))).isNotNull();
        assertThat(some.meters
                        .get("penstock.limits.refused")
                        .tag("limit", "caller")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whoComesBackWhenToldIsLetIn() {
        some.caller = "3/30s";
        var limits = some.limits();
        for (int i = 0; i < 3; i++) {
            var _ = count(limits, call("ada", WEATHER, "forecast"));
        }
        pass(Duration.ofMillis(1));
        var refusal = refusal(() -> count(limits, call("ada", WEATHER, "forecast")));

        pass(Duration.ofSeconds(Limit.seconds(refusal.retryAfter())));

        assertThat(count(limits, call("ada", WEATHER, "forecast"))).isNotNull();
        assertThat(refusal(() -> count(limits, call("ada", WEATHER, "forecast"))))
                .isNotNull();
        pass(Duration.ofHours(1));
        assertThat(count(limits, call("ada", WEATHER, "forecast")))
                .extracting(Limit::left)
                .isEqualTo(2L);
    }

    @Test
    void eachTokenOfAUserHasItsOwn() {
        some.credential = "1/1m";
        var limits = some.limits();
        var request = request("GET", "192.0.2.1");

        var _ = limits.count(caller("ada", Caller.Source.API_TOKEN, "one"), request);
        var _ = limits.count(caller("ada", Caller.Source.API_TOKEN, "two"), request);

        assertThat(refusal(() -> limits.count(caller("ada", Caller.Source.API_TOKEN, "one"), request))
                        .limit())
                .extracting(Limit::name)
                .isEqualTo("credential");
    }

    /** What tells them apart is nothing that they show. */
    @ParameterizedTest
    @EnumSource(names = {"ANONYMOUS", "PROXY"})
    void whoShowsNoTokenHasNoShareOfOne(Caller.Source source) {
        some.credential = "1/1m";
        var limits = some.limits();
        var who = caller("the same", source, "one digest for all of that name");

        for (String address : List.of("192.0.2.1", "192.0.2.2", "192.0.2.2")) {
            assertThat(limits.count(who, request("GET", address))).isNull();
        }
    }

    @Test
    void aTeamIsThatOfTheGateway() {
        some.team = "2/1m";
        var limits = some.limits();

        var _ = count(limits, call("ada", WEATHER, "forecast"));
        var _ = count(limits, call("bob", WEATHER, "other"));

        assertThat(refusal(() -> count(limits, call("eve", WEATHER, "forecast")))
                        .limit())
                .extracting(Limit::name)
                .isEqualTo("team");
        assertThat(count(limits, call("eve", MAIL, "send"))).isNull();
    }

    @Test
    void aToolHasSoManyCallsWhoeverMakesThem() {
        some.tool = "2/1m";
        var limits = some.limits();

        var _ = count(limits, call("ada", WEATHER, "forecast"));
        var shown = Route.One.amongMany(WEATHER, "forecast");
        var _ = count(
                limits,
                permit(
                        caller("bob"),
                        shown,
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"weather-forecast\"}}"));

        assertThat(refusal(() -> count(limits, call("eve", WEATHER, "forecast")))
                        .limit())
                .extracting(Limit::name)
                .isEqualTo("tool");
        assertThat(count(
                        limits,
                        permit(
                                caller("eve"),
                                new Route.One(WEATHER, null),
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")))
                .isNull();
    }

    @Test
    void namesThatNoToolHasCountAsOne() {
        some.toolPerCaller = "2/1m";
        var limits = some.limits();

        var _ = count(limits, call("eve", WEATHER, "made-up-1"));
        var _ = count(limits, call("eve", WEATHER, "made-up-2"));

        assertThat(refusal(() -> count(limits, call("eve", WEATHER, "made-up-3"))))
                .isNotNull();
        assertThat(count(limits, call("eve", WEATHER, "forecast"))).isNotNull();
        assertThat(count(limits, call("ada", WEATHER, "made-up-1"))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"forecast", "weather-forecast"})
    void aToolThatIsNamedHasLimitsOfItsOwnInstead(String name) {
        some.tool = "100/1m";
        some.tools = List.of(new LimitSettings.OfTool(name, "weather", Rate.of("2/1m"), Rate.of("1/1m")));
        var limits = some.limits();

        var _ = count(limits, call("ada", WEATHER, "forecast"));

        assertThat(refusal(() -> count(limits, call("ada", WEATHER, "forecast")))
                        .limit())
                .extracting(Limit::name)
                .isEqualTo("tool-per-caller");
        var _ = count(limits, call("bob", WEATHER, "forecast")); // what was refused took nothing of what all share
        assertThat(refusal(() -> count(limits, call("eve", WEATHER, "forecast")))
                        .limit())
                .extracting(Limit::calls)
                .isEqualTo(2L);
        assertThat(count(limits, call("ada", MAIL, "forecast")))
                .extracting(Limit::calls)
                .isEqualTo(100L);
    }

    @Test
    void whatOneLimitRefusesTakesNothingOfAnother() {
        some.caller = "2/1m";
        some.tool = "1/1m";
        var limits = some.limits();
        var _ = count(limits, call("ada", WEATHER, "forecast"));

        for (int i = 0; i < 10; i++) {
            assertThat(refusal(() -> count(limits, call("ada", WEATHER, "forecast")))
                            .limit())
                    .extracting(Limit::name)
                    .isEqualTo("tool");
        }

        assertThat(limits.count(caller("ada"), request("GET", "192.0.2.1"))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}"
            })
    void whatBelongsToACallIsNotCounted(String body) {
        some.caller = "1/1m";
        var limits = some.limits();

        for (int i = 0; i < 5; i++) {
            assertThat(count(limits, permit(caller("ada"), new Route.One(WEATHER, null), body)))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}"})
    void streamsAndNotificationsAre(String body) {
        some.caller = "1/1m";
        var limits = some.limits();

        var _ = count(limits, permit(caller("ada"), new Route.One(WEATHER, null), body));

        assertThat(refusal(() -> count(limits, call("ada", WEATHER, "forecast"))))
                .isNotNull();
    }

    /** Each that was ended is kept by every replica, and a loop that begins and ends them would fill the memory. */
    @Test
    void oneUserEndsSoManySessionsWhateverElseTheyMayDo() {
        some.caller = "1/1d";
        some.endedSessions = "2/1d";
        var limits = some.limits();
        var to = new Route.One(WEATHER, null);

        for (int i = 0; i < 2; i++) {
            assertThat(count(limits, permit(caller("ada"), to, "DELETE", ""))).isNull();
        }

        assertThat(refusal(() -> count(limits, permit(caller("ada"), to, "DELETE", "")))
                        .limit())
                .extracting(Limit::name)
                .isEqualTo("ended-sessions");
        assertThat(count(limits, permit(caller("bob"), to, "DELETE", ""))).isNull();
        assertThat(count(limits, call("ada", WEATHER, "forecast"))).isNotNull();
    }

    @Test
    void callersWithoutANameAreCountedByAddress() {
        some.caller = "1/1m";
        var limits = some.limits();
        var nobody = caller("anonymous", Caller.Source.ANONYMOUS, "");

        var _ = limits.count(nobody, request("GET", "192.0.2.1"));
        var _ = limits.count(nobody, request("GET", "192.0.2.2"));

        assertThat(refusal(() -> limits.count(nobody, request("GET", "192.0.2.1"))))
                .isNotNull();
    }

    @Test
    void callsWithoutANameAreOfTheirAddressAndOthersOfTheirUser() {
        var limits = some.limits();
        var nobody = caller("anonymous", Caller.Source.ANONYMOUS, "");
        var to = new Route.One(WEATHER, null);

        assertThat(limits.whom(permit(nobody, to, "")))
                .isEqualTo(Networks.of(new InetSocketAddress("192.0.2.1", 1).getAddress()));
        assertThat(limits.whom(permit(caller("ada"), to, ""))).isEqualTo("ada");
    }

    @Test
    void whatNeedsNoCredentialIsCountedByTheClientsAddress() {
        some.address = "1/1m";
        some.addresses = Addresses.behind("10.0.0.0/8");
        var limits = some.limits();
        var one = request("GET", "10.0.0.1");
        one.headers().set("X-Forwarded-For", "203.0.113.1");
        var other = request("GET", "10.0.0.1");
        other.headers().set("X-Forwarded-For", "203.0.113.2");

        limits.count(one);
        limits.count(other);
        limits.count(request("GET", "2001:db8:1:2::3"));

        assertThat(refusal(() -> limits.count(one)).limit())
                .extracting(Limit::name)
                .isEqualTo("address");
        assertThat(refusal(() -> limits.count(request("GET", "2001:db8:1:2:ffff::4"))))
                .as("another address of the same network")
                .isNotNull();
        limits.count(request("GET", "2001:db8:1:3::3"));
    }
}
