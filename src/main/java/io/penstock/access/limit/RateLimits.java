package io.penstock.access.limit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.caller.Caller;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.Limit;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Counts calls by whoever makes them and by what they are of, and refuses those beyond a limit. Each replica counts for itself. */
@Component
public final class RateLimits {

    private final MeterRegistry meters;
    private final Ticker ticker;
    private final ClientAddresses addresses;
    private final @Nullable Allowance caller;
    private final @Nullable Allowance credential;
    private final @Nullable Allowance team;
    private final @Nullable Allowance address;
    private final @Nullable Allowance endings;
    private final ToolLimits tools;
    private final boolean ofCallers;
    private final boolean ofCalls;

    @Autowired
    RateLimits(LimitSettings settings, ClientAddresses addresses, Catalog catalog, MeterRegistry meters) {
        this(settings, addresses, catalog, meters, Ticker.systemTicker());
    }

    RateLimits(
            LimitSettings settings, ClientAddresses addresses, Catalog catalog, MeterRegistry meters, Ticker ticker) {
        this.meters = meters;
        this.ticker = ticker;
        this.addresses = addresses;
        this.caller = allowance("caller", "One user", settings.caller());
        this.credential = allowance("credential", "One token", settings.credential());
        this.team = allowance("team", "All callers of one team's gateways together", settings.team());
        this.address = allowance("address", "One address", settings.address());
        this.endings = allowance("ended-sessions", "One user", "calls that end sessions", settings.endedSessions());
        this.tools = new ToolLimits(
                catalog,
                both(settings.tool(), settings.toolPerCaller()),
                settings.tools().stream()
                        .map(one -> new ToolLimits.Special(one, both(one.rate(), one.ratePerCaller())))
                        .toList());
        this.ofCallers = caller != null || credential != null;
        this.ofCalls = ofCallers || team != null || !tools.isNone();
    }

    private ToolLimits.Both both(Rate together, Rate perCaller) {
        return new ToolLimits.Both(
                allowance("tool", "All callers of this tool together", together),
                allowance("tool-per-caller", "One user of this tool", perCaller));
    }

    private @Nullable Allowance allowance(String name, String whose, Rate rate) {
        return allowance(name, whose, "calls", rate);
    }

    private @Nullable Allowance allowance(String name, String whose, String what, Rate rate) {
        return rate.isLimit() ? new Allowance(name, whose, what, rate, ticker, meters) : null;
    }

    /**
     * Counts a REST request. The limit that the least is left of; null where none holds for it.
     *
     * @throws Refusal {@code TooMany}
     */
    public @Nullable Limit count(Caller who, Request request) {
        return ofCallers ? ofCaller(who, request).take() : null;
    }

    /**
     * Counts an MCP call for whoever makes it, before it is known whether they may: else nothing would limit how often one is refused. What
     * it takes; null where no limit holds for it, beside that of endings.
     *
     * @throws Refusal {@code TooMany}
     */
    public @Nullable Due count(Caller who, Arrival arrival) {
        if (endings != null && isEnding(arrival)) {
            var _ = endings.take(user(who, arrival.request()));
            return null;
        }
        if (!ofCalls || !isCounted(arrival)) {
            return null;
        }
        Due due = ofCaller(who, arrival.request());
        var _ = due.take();
        return due;
    }

    /**
     * Counts the call for what it is of. The limit that the least is left of; null where none holds for it.
     *
     * @param due what it took already; null where nothing limits it
     * @throws Refusal {@code TooMany}, and nothing is taken of whoever makes it
     */
    public @Nullable Limit count(Permit permit, @Nullable Due due) {
        if (due == null) {
            return null;
        }
        Arrival arrival = permit.arrival();
        if (permit.route() instanceof Route.One one) {
            due.add(team, one.gateway().teamId());
            String tool = calledTool(arrival.envelope());
            if (tool != null) {
                tools.add(due, one, tool, user(permit.caller(), arrival.request()));
            }
        }
        return due.take();
    }

    /**
     * Counts a request that needs no credential, by its client's address.
     *
     * @throws Refusal {@code TooMany}
     */
    public void count(Request request) {
        if (address != null) {
            var _ = address.take(Networks.of(addresses.of(request)));
        }
    }

    /** Whom an MCP call counts for, where it is callers that are counted. */
    public Object whom(Permit permit) {
        return user(permit.caller(), permit.arrival().request());
    }

    private Due ofCaller(Caller who, Request request) {
        var due = new Due();
        if (caller != null) {
            due.add(caller, user(who, request));
        }
        due.add(credential, shown(who));
        return due;
    }

    /** What tells one credential from another; null for who shows none. */
    private static @Nullable String shown(Caller who) {
        return switch (who.source()) {
            case JWT, API_TOKEN, SESSION -> who.digest();
            case PROXY, ANONYMOUS, GATEWAY -> null;
        };
    }

    /** Callers without a name are as many as there are addresses. */
    private Object user(Caller who, Request request) {
        return who.source() == Caller.Source.ANONYMOUS ? Networks.of(addresses.of(request)) : who.user();
    }

    /**
     * Whether the client began something with it. What belongs to a call that was counted is not counted: the client's answer to a question,
     * giving up. Ending a session asks for nothing more, and has a limit of its own.
     */
    private static boolean isCounted(Arrival arrival) {
        Envelope message = arrival.envelope();
        return message == null
                ? arrival.request().method().equals("GET")
                : message.kind() != Envelope.Kind.RESPONSE && !"notifications/cancelled".equals(message.method());
    }

    private static boolean isEnding(Arrival arrival) {
        return arrival.envelope() == null && arrival.request().method().equals("DELETE");
    }

    private static @Nullable String calledTool(@Nullable Envelope message) {
        return message != null && "tools/call".equals(message.method()) ? message.name() : null;
    }
}
