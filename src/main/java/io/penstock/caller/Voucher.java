package io.penstock.caller;

import io.penstock.wire.Request;
import reactor.core.publisher.Mono;

/** Who stands in front of the gateway and says who calls. */
public interface Voucher {

    /** Says nothing of anybody. */
    Voucher SILENT = new Voucher() {
        @Override
        public Mono<Caller> vouch(Request request) {
            return Mono.empty();
        }

        @Override
        public Mono<Caller> confirm(Request request, Mono<Caller> recognised) {
            return recognised;
        }
    };

    /**
     * The caller of a request that carries no credential. Empty: nothing is said of it. Error: what is said is not believed
     * ({@link io.penstock.wire.Refusal.Reason.Unauthenticated}).
     */
    Mono<Caller> vouch(Request request);

    /**
     * The caller who was recognised by a credential; empty where there is none. Error: another user is named
     * ({@link io.penstock.wire.Refusal.Reason.Unauthenticated}), or nobody can tell.
     */
    Mono<Caller> confirm(Request request, Mono<Caller> recognised);
}
