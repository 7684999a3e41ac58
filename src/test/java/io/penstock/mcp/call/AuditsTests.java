package io.penstock.mcp.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.caller.proxy.Addresses;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class AuditsTests {

    private final List<Trail.Entry> ofKnown = new ArrayList<>();
    private final List<Object> ofStrangers = new ArrayList<>();
    private final Audits audits = new Audits(
            new Trail() {
                @Override
                public Mono<Void> record(Entry entry) {
                    return Mono.empty();
                }

                @Override
                public void note(Entry entry) {
                    ofKnown.add(entry);
                }

                @Override
                public void note(Entry entry, Object network) {
                    ofStrangers.add(network);
                }

                @Override
                public Flux<Recorded> list(Query query, int limit) {
                    return Flux.empty();
                }
            },
            Addresses.ofSockets());

    private static Call call(String address) {
        var headers = new DefaultHttpHeaders();
        var request = new Request("POST", "/servers/x/mcp", headers, new InetSocketAddress(address, 1), "correlation");
        return new Call(request, new Target.NamedTarget("x"));
    }

    @Test
    void aCallOfNobodyIsNotedByWhereItCameFrom() throws Exception {
        audits.note(call("192.0.2.7"), new Reason.Unauthenticated("no"));
        audits.note(call("2001:db8::1"), new Reason.Unauthenticated("no"));
        audits.note(call("2001:db8::2"), new Reason.Unauthenticated("no"));

        assertThat(ofKnown).isEmpty();
        assertThat(ofStrangers).hasSize(3).startsWith(InetAddress.getByName("192.0.2.7"));
        assertThat(ofStrangers.get(1)).isEqualTo(ofStrangers.get(2));
    }

    @Test
    void aCallOfSomebodyIsNotedAsTheirs() {
        var call = call("192.0.2.7");
        call.caller = new Caller("ann@example.com", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);

        audits.note(call, new Reason.Forbidden("tools.execute"));

        assertThat(ofStrangers).isEmpty();
        assertThat(ofKnown)
                .singleElement()
                .satisfies(entry -> assertThat(entry.userEmail()).isEqualTo("ann@example.com"));
    }

    /** Behind a proxy that is everybody whom it does not name. */
    @Test
    void aCallOfAnonymousIsNotedByWhereItCameFrom() {
        var call = call("192.0.2.7");
        call.caller = new Caller("anonymous", Caller.Source.ANONYMOUS, false, Set.of(), null, "", Instant.MAX);

        audits.note(call, new Reason.Forbidden("tools.execute"));

        assertThat(ofKnown).isEmpty();
        assertThat(ofStrangers).hasSize(1);
    }

    @Test
    void whatOnlyCameTooOftenIsNotNoted() {
        var call = call("192.0.2.7");
        audits.note(call, new Reason.TooMany("wait", Duration.ofSeconds(1)));
        call.caller = new Caller("ann@example.com", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
        audits.note(call, new Reason.TooMany("wait", Duration.ofSeconds(1)));

        assertThat(ofKnown).isEmpty();
        assertThat(ofStrangers).isEmpty();
    }
}
