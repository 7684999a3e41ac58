package io.penstock.api.signin;

import io.penstock.api.browser.BrowserCookies;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.caller.Caller;
import io.penstock.caller.flow.Origin;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.wire.Request;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Ends the session that a request shows. */
@Component
public final class Endings {

    private final SignInParts parts;
    private final BrowserCookies cookies;
    private final ClientAddresses addresses;
    private final Changing changing;

    Endings(SignInParts parts, BrowserCookies cookies, ClientAddresses addresses, Changing changing) {
        this.parts = parts;
        this.cookies = cookies;
        this.addresses = addresses;
        this.changing = changing;
    }

    /** Ends the caller's session on every replica, and takes its cookie from the browser. Whether there was one. */
    public Mono<Boolean> end(Caller caller, Request request, ServerHttpResponse response) {
        UUID shown = parts.haveSessions() ? parts.sessions().shown(request) : null;
        if (shown == null) {
            return Mono.just(false);
        }
        response.getHeaders().add(HttpHeaders.SET_COOKIE, cookies.withoutSession());
        var deed = new Deed(caller, request, "logout", "session");
        return changing.runNamed(
                        deed,
                        shown.toString(),
                        Origin.of(request, addresses).text(),
                        parts.sessions().end(shown, caller.user()))
                .hasElement();
    }
}
