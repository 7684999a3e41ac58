package io.penstock.caller.session;

import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Grants;
import io.penstock.caller.SignIns;
import io.penstock.caller.SignedIn;
import io.penstock.caller.session.SessionCookie.Content;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Recognises callers by the cookie of their session. */
final class CookieCallers implements SignedIn {

    private final SessionCookie cookie;
    private final LiveSessions live;
    private final Forgery forgery;
    private final SignIns signIns;
    private final InstantSource clock;

    CookieCallers(SessionCookie cookie, LiveSessions live, Forgery forgery, SignIns signIns, InstantSource clock) {
        this.cookie = cookie;
        this.live = live;
        this.forgery = forgery;
        this.signIns = signIns;
        this.clock = clock;
    }

    @Override
    public Mono<Caller> authenticate(Request request) {
        List<String> values = Cookies.named(request.headers(), SessionCookie.NAME);
        if (values.isEmpty()) {
            return Mono.empty();
        }
        if (forgery.suspected(request)) {
            return Mono.error(new Refusal(new Reason.ForeignOrigin("Another site may have sent this: a session cookie"
                    + " alone counts from this gateway's own pages, or those of ALLOWED_ORIGINS, and from programs")));
        }
        if (values.size() > 1) {
            return refuse("There are several session cookies: send one");
        }
        return session(values.getFirst())
                .map(CookieCallers::caller)
                .switchIfEmpty(refuse("The session has ended, or is none of this gateway's: sign in at /oauth/login"));
    }

    @Override
    public Mono<Caller> confirm(Request request, Caller recognised) {
        List<String> values = Cookies.named(request.headers(), SessionCookie.NAME);
        if (values.isEmpty()) {
            return Mono.just(recognised);
        }
        // one that has ended names nobody, and browsers go on sending it
        return Flux.fromIterable(values)
                .concatMap(this::session)
                .any(session -> !session.user().equals(recognised.user()))
                .flatMap(differs -> differs
                        ? refuse("The access token and the session cookie name different users: send one of them")
                        : Mono.just(recognised));
    }

    private Mono<Session> session(String value) {
        Content content = cookie.open(value);
        return content == null || !clock.instant().isBefore(content.expires())
                ? Mono.empty()
                : live.use(content.id())
                        .filter(session -> session.user().equals(content.user()))
                        .filter(this::holds);
    }

    /** One that a password opened ends with the password. */
    private boolean holds(Session session) {
        Long generation = session.generation();
        return generation == null || generation >= signIns.generation(session.user());
    }

    static Caller caller(Session session) {
        var caller = new Caller(
                session.user(),
                Caller.Source.SESSION,
                false,
                Set.of(),
                null,
                false,
                Grants.ofGroups(session.groups()),
                null,
                Digest.of("session\n" + session.id()).hex(),
                session.expires());
        return session.generation() == null ? caller.signedIn(session.id()) : caller;
    }

    private static Mono<Caller> refuse(String detail) {
        return Mono.error(() -> BearerToken.refused(detail));
    }
}
