package io.penstock.caller.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.caller.IdToken;
import io.penstock.ingress.IngressSettings;
import io.penstock.loop.NoRounds;
import io.penstock.store.Changes;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;

/** Sessions from their cookie to their end, on a clock that is moved by hand, as two replicas see them. */
@ParameterizedClass
@EnumSource(Databases.class)
class SessionsTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofHours(1);
    private static final Duration ABSOLUTE = Duration.ofHours(12);

    @Parameter
    private Databases databases;

    private final Vault vault = Vaults.fresh();
    private final Moved clock = new Moved();
    private long generation;
    private Database database;
    private Replica here;
    private Replica there;

    private static final class Moved implements InstantSource {
        private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** What each replica has of its own. */
    private final class Replica {

        final SessionRows rows = new SessionRows(database.client());
        final LiveSessions live = new LiveSessions(rows, database.changes(), new NoRounds(), IDLE, clock);
        final SessionCookie cookie = new SessionCookie(vault);
        final SessionIdTokens idTokens = new SessionIdTokens(database.client(), vault, clock);
        final Sessions sessions = new R2dbcSessions(
                rows, live, cookie, idTokens, database.transactions(), database.changes(), ABSOLUTE, clock);
        final CookieCallers callers = new CookieCallers(
                cookie,
                live,
                new Forgery(new IngressSettings(
                        URI.create("https://gateway.example.com"),
                        List.of(),
                        List.of("https://console.example.com"),
                        DataSize.ofMegabytes(1),
                        LONG,
                        LONG,
                        LONG,
                        LONG)),
                user -> generation,
                clock);
    }

    @BeforeEach
    void open() {
        database = databases.fresh();
        here = new Replica();
        there = new Replica();
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** A new password ends what the old one opened, and nothing of an identity provider's. */
    @Test
    void aSessionOfAPasswordEndsWithIt() {
        generation = 3;
        var old = get(here.sessions.begin(
                        Sessions.Draft.ofPassword("ann@example.com", "password", "192.0.2.7", null, 2L)))
                .cookie();
        var present = get(here.sessions.begin(
                        Sessions.Draft.ofPassword("ann@example.com", "password", "192.0.2.7", null, 3L)))
                .cookie();

        isNobody(here, old);
        isNobody(there, old);
        assertThat(there.callers.authenticate(shows("GET", present)).block(LONG))
                .isNotNull();
        generation = 4;
        isNobody(here, present);
        assertThat(here.callers
                        .authenticate(
                                shows("GET", begin("ann@example.com", Set.of()).cookie()))
                        .block(LONG))
                .isNotNull();
    }

    private Sessions.Begun begin(String user, @Nullable Set<String> groups) {
        return get(here.sessions.begin(
                Sessions.Draft.ofProvider(user, groups, "https://idp.example.com", "192.0.2.7", "browser/1", null)));
    }

    private static Request shows(String method, Secret cookie, String... headers) {
        var all = new DefaultHttpHeaders();
        all.set("host", "gateway.example.com");
        all.set("cookie", "theme=dark; mcp_gateway_session=" + cookie.reveal());
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1]);
        }
        return new Request(
                method, "/mcp", all, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), "correlation");
    }

    private static <T> T get(Mono<T> mono) {
        return mono.blockOptional(LONG).orElseThrow();
    }

    private static Caller caller(Replica replica, Secret cookie) {
        return get(replica.callers.authenticate(shows("GET", cookie)));
    }

    private static Reason reason(Mono<?> refused) {
        try {
            var _ = refused.block(LONG);
        } catch (Refusal refusal) {
            return refusal.reason();
        }
        throw new AssertionError("It was not refused");
    }

    private static void isNobody(Replica replica, Secret cookie) {
        assertThat(reason(replica.callers.authenticate(shows("GET", cookie))))
                .isInstanceOf(Reason.Unauthenticated.class);
    }

    /** What goes on by a session is decided again where one ended, and not each time that they are read. */
    @Test
    void whatIsReadIsToldOfWhereASessionBeganOrEndedAndNotForItsUse() {
        var told = new CopyOnWriteArrayList<Changes.Topic>();
        var following = database.changes().swaps().subscribe(told::add);
        var begun = begin("ann@example.com", Set.of());
        var _ = here.live.refresh().block(LONG);
        told.clear();

        clock.now = clock.now.plus(Duration.ofMinutes(2));
        var _ = caller(here, begun.cookie());
        var _ = here.live.flush().block(LONG);
        var _ = here.live.refresh().block(LONG);
        assertThat(told).isEmpty();

        get(here.sessions.end(begun.session().id(), null));
        var _ = here.live.refresh().block(LONG);
        await().atMost(LONG).until(() -> told.contains(Changes.Topic.SESSIONS));
        following.dispose();
    }

    private Session beginWith(String user, IdToken token) {
        return get(here.sessions.begin(
                        Sessions.Draft.ofProvider(user, Set.of(), "https://idp.example.com", "192.0.2.7", null, token)))
                .session();
    }

    private @Nullable String kept(String column) {
        return database.client()
                .sql("SELECT COUNT(" + column + ") AS held FROM sign_in_sessions")
                .map(row -> String.valueOf(row.get("held", Long.class)))
                .one()
                .block(LONG);
    }

    @Test
    void anIdTokenIsKeptWithItsSessionOpensOnEveryReplicaAndGoesWithIt() {
        var token = new IdToken(new Secret("eyJ.of.ann"), clock.now.plus(Duration.ofMinutes(10)));
        var session = beginWith("ann@example.com", token);
        var without = begin("bob@example.com", Set.of()).session();

        assertThat(get(there.idTokens.of(session.id()))).isEqualTo(token);
        assertThat(there.idTokens.of(without.id()).block(LONG)).isNull();
        get(here.sessions.end(session.id(), null));
        assertThat(there.idTokens.of(session.id()).block(LONG)).isNull();
        assertThat(kept("id_token_sealed")).isEqualTo("0");
    }

    @Test
    void anIdTokenThatHasEndedIsLetGoOfAndItsUserToldToSignInAgain() {
        var token = new IdToken(new Secret("eyJ.of.ann"), clock.now.plus(Duration.ofMinutes(10)));
        var session = beginWith("ann@example.com", token);
        var _ = here.idTokens.forgetEnded().block(LONG);
        assertThat(get(there.idTokens.of(session.id()))).isEqualTo(token);
        clock.now = clock.now.plus(Duration.ofMinutes(10)).plusMillis(1);

        assertThat(reason(there.idTokens.of(session.id())).detail()).contains("sign in again");
        var _ = here.idTokens.forgetEnded().block(LONG);

        assertThat(kept("id_token_sealed")).isEqualTo("0");
        assertThat(reason(there.idTokens.of(session.id())))
                .isInstanceOf(Reason.Barred.class)
                .satisfies(told -> assertThat(told.detail()).contains("sign in again"));
    }

    /** T10: a row's value is that row's alone. */
    @Test
    void anIdTokenOfAnotherSessionDoesNotOpen() {
        var ends = clock.now.plus(Duration.ofMinutes(10));
        var anns = beginWith("ann@example.com", new IdToken(new Secret("eyJ.of.ann"), ends));
        var bobs = beginWith("bob@example.com", new IdToken(new Secret("eyJ.of.bob"), ends));
        var _ = database.client()
                .sql("UPDATE sign_in_sessions SET id_token_sealed = (SELECT s.id_token_sealed FROM sign_in_sessions s"
                        + " WHERE s.id = $1) WHERE id = $2")
                .bind(0, anns.id())
                .bind(1, bobs.id())
                .fetch()
                .rowsUpdated()
                .block(LONG);

        assertThat(reason(here.idTokens.of(bobs.id()))).isInstanceOf(Reason.Unavailable.class);
    }

    @Test
    void aSessionIsGoodOnEveryReplicaWithTheGroupsThatItBeganWith() {
        var begun = begin("ann@example.com", Set.of("mcp-user", "mcp-server-currenttime"));

        for (var replica : List.of(here, there)) {
            var caller = caller(replica, begun.cookie());
            assertThat(caller.user()).isEqualTo("ann@example.com");
            assertThat(caller.source()).isEqualTo(Caller.Source.SESSION);
            assertThat(caller.grants().groups()).containsExactlyInAnyOrder("mcp-user", "mcp-server-currenttime");
            assertThat(caller.scopes()).isNull();
            assertThat(caller.admin()).isFalse();
            assertThat(caller.expires()).isEqualTo(clock.now.plus(ABSOLUTE));
            assertThat(caller.digest()).hasSize(64);
        }
    }

    @Test
    void groupsThatMeanNothingAreNone() {
        assertThat(caller(here, begin("ann@example.com", null).cookie())
                        .grants()
                        .groups())
                .isNull();
        assertThat(caller(here, begin("ann@example.com", Set.of()).cookie())
                        .grants()
                        .groups())
                .isEmpty();
    }

    @Test
    void aKnownSessionNeedsNoDatabase() {
        var begun = begin("ann@example.com", Set.of());
        caller(here, begun.cookie());

        database.connections().dispose();

        assertThat(caller(here, begun.cookie()).user()).isEqualTo("ann@example.com");
        assertThat(reason(there.callers.authenticate(shows("GET", begun.cookie()))))
                .isInstanceOf(Reason.Unavailable.class);
    }

    @Test
    void anAlteredCookieIsNobodys() {
        var cookie = begin("ann@example.com", Set.of()).cookie().reveal();

        for (int i = 0; i < cookie.length(); i += 7) {
            char other = cookie.charAt(i) == 'A' ? 'B' : 'A';
            isNobody(here, new Secret(cookie.substring(0, i) + other + cookie.substring(i + 1)));
        }
        isNobody(here, new Secret(cookie.substring(0, cookie.length() / 2)));
        isNobody(here, new Secret(""));
        isNobody(here, new Secret("x".repeat(5000)));
    }

    @Test
    void aForeignCookieIsNobodys() {
        var begun = begin("ann@example.com", Set.of());

        isNobody(here, new SessionCookie(Vaults.fresh()).seal(begun.session()));
    }

    /** Whoever reads the database finds ids, and who could seal finds no row for an id that never was. */
    @Test
    void aSealedIdWithoutARowIsNobodysAndSoIsAnothersRow() {
        var begun = begin("ann@example.com", Set.of());
        var session = begun.session();

        isNobody(here, here.cookie.seal(of(UUID.randomUUID(), "ann@example.com", session)));
        isNobody(here, here.cookie.seal(of(session.id(), "root@example.com", session)));
    }

    private static Session of(UUID id, String user, Session like) {
        return new Session(
                id,
                user,
                like.groups(),
                like.issuer(),
                like.address(),
                like.agent(),
                like.createdAt(),
                like.lastSeen(),
                like.expires(),
                like.generation());
    }

    @Test
    void severalCookiesAreNobodys() {
        var ann = begin("ann@example.com", Set.of()).cookie();
        var bob = begin("bob@example.com", Set.of()).cookie();

        var both = shows("GET", ann, "cookie", "mcp_gateway_session=" + bob.reveal());

        assertThat(reason(here.callers.authenticate(both))).isInstanceOf(Reason.Unauthenticated.class);
    }

    @Test
    void aSessionThatIsNotUsedEndsAndOneThatIsUsedDoesNot() {
        var used = begin("ann@example.com", Set.of()).cookie();
        var idle = begin("ann@example.com", Set.of()).cookie();
        for (int minute = 0; minute < 90; minute += 30) {
            clock.now = clock.now.plus(Duration.ofMinutes(30));
            caller(here, used);
        }

        isNobody(here, idle);
        isNobody(there, idle);
        assertThat(caller(here, used).user()).isEqualTo("ann@example.com");
    }

    /** Each replica writes down its uses about once a minute, and asks before it takes a session for idle. */
    @Test
    void aSessionIsNotIdleWhereItIsUsedOnAnotherReplica() {
        var cookie = begin("ann@example.com", Set.of()).cookie();
        caller(there, cookie);
        clock.now = clock.now.plus(Duration.ofMinutes(55));
        caller(here, cookie);
        var _ = here.live.flush().block(LONG);
        clock.now = clock.now.plus(Duration.ofMinutes(30));

        assertThat(caller(there, cookie).user()).isEqualTo("ann@example.com");
    }

    @Test
    void aFailedFlushIsMadeUpFor() {
        var begun = begin("ann@example.com", Set.of());
        clock.now = clock.now.plus(Duration.ofMinutes(5));
        caller(here, begun.cookie());

        var _ = here.live.flush().block(LONG);

        assertThat(get(here.rows.find(begun.session().id())).lastSeen()).isEqualTo(clock.now);
    }

    @Test
    void aSessionEndsAtItsAbsoluteLimitHoweverMuchItIsUsed() {
        var cookie = begin("ann@example.com", Set.of()).cookie();
        for (int hour = 0; hour < 24; hour++) {
            clock.now = clock.now.plus(Duration.ofMinutes(30)).minusMillis(1);
            caller(here, cookie);
        }
        clock.now = clock.now.plusMillis(24);

        isNobody(here, cookie);
    }

    @Test
    void aSessionThatWasEndedIsNobodysHereAtOnceAndElsewhereWhenThatIsRead() {
        var begun = begin("ann@example.com", Set.of());
        caller(there, begun.cookie());
        var id = begun.session().id();

        assertThat(here.sessions.end(id, "bob@example.com").block(LONG)).isNull();
        assertThat(caller(here, begun.cookie())).isNotNull();
        assertThat(get(here.sessions.end(id, "ann@example.com")).id()).isEqualTo(id);

        isNobody(here, begun.cookie());
        var _ = there.live.refresh().block(LONG);
        isNobody(there, begun.cookie());
        assertThat(here.sessions.end(id, null).block(LONG)).isNull();
    }

    @Test
    void allSessionsOfAUserAreEndedAndNobodyElses() {
        var first = begin("ann@example.com", Set.of()).cookie();
        var second = begin("ann@example.com", Set.of()).cookie();
        var bobs = begin("bob@example.com", Set.of()).cookie();
        List.of(first, second, bobs).forEach(cookie -> caller(here, cookie));

        assertThat(get(here.sessions.endAll("ann@example.com"))).isEqualTo(2);

        isNobody(here, first);
        isNobody(here, second);
        assertThat(caller(here, bobs).user()).isEqualTo("bob@example.com");
    }

    @Test
    void anEndThatIsRolledBackIsNone() {
        var begun = begin("ann@example.com", Set.of());
        caller(here, begun.cookie());
        Mono<Void> failing = here.sessions
                .end(begun.session().id(), null)
                .then(Mono.error(new IllegalStateException("the entry could not be written")));

        var _ = database.transactions().run(failing).onErrorComplete().block(LONG);

        assertThat(caller(here, begun.cookie()).user()).isEqualTo("ann@example.com");
    }

    @Test
    void listsThoseThatHaveNotEndedNewestFirst() {
        begin("ann@example.com", Set.of("a"));
        clock.now = clock.now.plus(Duration.ofMinutes(65));
        var second = begin("ann@example.com", Set.of()).session();
        clock.now = clock.now.plus(Duration.ofMinutes(1));
        var third = begin("bob@example.com", null).session();

        assertThat(here.sessions
                        .list(null, 10, null)
                        .map(Session::id)
                        .collectList()
                        .block(LONG))
                .containsExactly(third.id(), second.id());
        assertThat(here.sessions.list("ann@example.com", 10, null).collectList().block(LONG))
                .singleElement()
                .isEqualTo(second);
        assertThat(here.sessions
                        .list(null, 10, new Sessions.Position(third.createdAt(), third.id()))
                        .map(Session::id)
                        .collectList()
                        .block(LONG))
                .containsExactly(second.id());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "GET,     cross-site,  -,                           true",
                "POST,    same-origin, -,                           true",
                "POST,    none,        -,                           true",
                "POST,    -,           -,                           true",
                "POST,    same-origin, https://gateway.example.com, true",
                "POST,    same-site,   https://console.example.com, true",
                "POST,    cross-site,  -,                           false",
                "POST,    same-site,   -,                           false",
                "POST,    cross-site,  https://evil.example.com,    false",
                "POST,    -,           https://evil.example.com,    false",
                "POST,    same-origin, 'null',                      false",
                "DELETE,  cross-site,  -,                           false",
                "UPGRADE, -,           https://evil.example.com,    false",
                "UPGRADE, cross-site,  -,                           false",
                "UPGRADE, -,           https://gateway.example.com, true",
                "UPGRADE, -,           -,                           true"
            })
    void anotherSitesRequestsDoNotCountForTheCookie(
            String method, @Nullable String site, @Nullable String origin, boolean counts) {
        var cookie = begin("ann@example.com", Set.of()).cookie();
        var request = method.equals("UPGRADE") ? shows("GET", cookie, "upgrade", "websocket") : shows(method, cookie);
        if (site != null) {
            request.headers().set("sec-fetch-site", site);
        }
        if (origin != null) {
            request.headers().set("origin", origin);
        }

        if (counts) {
            assertThat(get(here.callers.authenticate(request)).user()).isEqualTo("ann@example.com");
        } else {
            assertThat(reason(here.callers.authenticate(request))).isInstanceOf(Reason.ForeignOrigin.class);
        }
    }

    @Test
    void aTokenAndACookieMustNameOneUserUnlessTheSessionHasEnded() {
        var begun = begin("ann@example.com", Set.of());
        var request = shows("POST", begun.cookie(), "sec-fetch-site", "cross-site");
        var ann = CookieCallers.caller(begun.session());
        var bob = CookieCallers.caller(of(UUID.randomUUID(), "bob@example.com", begun.session()));

        assertThat(get(here.callers.confirm(request, ann))).isSameAs(ann);
        assertThat(reason(here.callers.confirm(request, bob))).isInstanceOf(Reason.Unauthenticated.class);
        var _ = here.sessions.end(begun.session().id(), null).block(LONG);
        assertThat(get(here.callers.confirm(request, bob))).isSameAs(bob);
    }
}
