package io.penstock.caller.flow;

import io.penstock.caller.Digest;
import io.penstock.caller.flow.Flows.Ticket;
import io.penstock.caller.session.CookiePolicy;
import io.penstock.caller.session.Cookies;
import io.penstock.vault.Secret;
import io.penstock.wire.Request;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The cookies that bind flows to their browser: of each flow its own, so that several tabs can be at it. */
public final class FlowCookies {

    private static final String COOKIE = "penstock_flow_";
    private static final int DIGITS = 16;

    private final CookiePolicy policy;

    public FlowCookies(CookiePolicy policy) {
        this.policy = policy;
    }

    /** A flow that was kept, on its way. */
    public Departure departure(URI to, Ticket ticket) {
        return new Departure(to, named(ticket.state()), new Secret(ticket.browser()));
    }

    /** The name of the cookie of the flow with that state; null where it can be none. */
    public @Nullable String name(@Nullable String state) {
        return state == null || !Randoms.FORM.matcher(state).matches() ? null : named(state);
    }

    /**
     * By what the flow is found that a browser came back to end.
     *
     * @throws io.penstock.wire.Refusal where it shows none
     */
    public Ticket ticket(Callback callback, Request request) {
        String cookie = name(callback.state());
        List<String> browsers = cookie == null ? List.of() : Cookies.named(request.headers(), cookie);
        if (browsers.size() != 1) {
            throw Flows.notBegun();
        }
        return new Ticket(Objects.requireNonNull(callback.state()), browsers.getFirst());
    }

    /** No one can tell the state from it. */
    private String named(String state) {
        return policy.ofHost(COOKIE + Digest.of(state).hex().substring(0, DIGITS));
    }
}
