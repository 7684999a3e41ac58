package io.penstock.api;

import static org.springframework.web.reactive.HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.PolicyTrials.Report;
import io.penstock.api.entrance.Entrance;
import io.penstock.api.entrance.Heads;
import io.penstock.api.entrance.Triable;
import io.penstock.api.input.Json;
import io.penstock.api.input.Objections;
import io.penstock.caller.Caller;
import io.penstock.store.Transactions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Carries a change out that is asked for with {@code ?dry_run=true}, tells which of the recorded calls would be decided otherwise with it,
 * and takes it back: all in one transaction that is never committed.
 */
@Component
@Order(DryRuns.ORDER)
public final class DryRuns implements WebFilter {

    static final int ORDER = Entrance.ORDER + 1;

    /** Of how many of the latest records. */
    public static final String LATEST = "dry_run_records";

    private static final int LATEST_BY_DEFAULT = 1_000;
    private static final int MOST = 10_000;

    private final Transactions transactions;
    private final PolicyTrials trials;
    private final Gate gate;

    DryRuns(Transactions transactions, PolicyTrials trials, Gate gate) {
        this.transactions = transactions;
        this.trials = trials;
        this.gate = gate;
    }

    /** Ends the transaction; not an error of anybody's. */
    private static final class TakenBack extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable Report report;

        TakenBack(@Nullable Report report) {
            super("A dry run was taken back", null, false, false);
            this.report = report;
        }
    }

    /** The request as it would be without the trial. */
    private static final class WithoutTrial extends ServerHttpRequestDecorator {

        private final MultiValueMap<String, String> query;

        WithoutTrial(ServerHttpRequest request) {
            super(request);
            this.query = new LinkedMultiValueMap<>(request.getQueryParams());
            Set.of(Triable.PARAMETER, LATEST).forEach(query::remove);
        }

        @Override
        public MultiValueMap<String, String> getQueryParams() {
            return query;
        }
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var given = exchange.getRequest().getQueryParams();
        if (!given.containsKey(Triable.PARAMETER)) {
            return chain.filter(exchange);
        }
        return Mono.fromSupplier(() -> latest(exchange))
                .flatMap(latest -> exchange.<Caller>getPrincipal()
                        .single() // nobody to ask for is an error, and never an answer that is empty
                        // the report names calls of others
                        .flatMap(caller -> gate.require(caller, Permission.AUDIT_READ))
                        .then(Mono.defer(() -> run(exchange, chain, latest))));
    }

    private static int latest(ServerWebExchange exchange) {
        var given = exchange.getRequest().getQueryParams();
        var objections = new Objections();
        if (!"true".equals(given.getFirst(Triable.PARAMETER))) {
            objections.add(Triable.PARAMETER, "must be true; leave it out to make the change");
        } else if (!triable(exchange)) {
            objections.add(Triable.PARAMETER, "is only for changes of who may do what");
        }
        String latest = given.getFirst(LATEST);
        int number = latest == null ? LATEST_BY_DEFAULT : latest.matches("[0-9]{1,5}") ? Integer.parseInt(latest) : 0;
        if (number < 1 || number > MOST) {
            objections.add(LATEST, "must be a number from 1 to " + MOST);
        }
        objections.raise();
        return number;
    }

    private static boolean triable(ServerWebExchange exchange) {
        return exchange.getAttribute(BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod handler
                && handler.hasMethodAnnotation(Triable.class);
    }

    private Mono<Void> run(ServerWebExchange exchange, WebFilterChain chain, int latest) {
        var withheld = new WithheldResponse(exchange.getResponse());
        var tried = exchange.mutate()
                .request(new WithoutTrial(exchange.getRequest()))
                .response(withheld)
                .build();
        Mono<Report> report =
                Mono.defer(() -> withheld.isRefusal() ? Mono.empty() : trials.report(Heads.of(exchange), latest));
        Mono<Report> work = chain.filter(tried)
                .then(report.map(TakenBack::new)
                        .defaultIfEmpty(new TakenBack(null))
                        .flatMap(Mono::error));
        return transactions
                .run(work)
                .onErrorResume(TakenBack.class, back -> Mono.justOrEmpty(back.report))
                .flatMap(made -> answer(exchange, made));
    }

    private Mono<Void> answer(ServerWebExchange exchange, Report report) {
        var response = exchange.getResponse();
        Set.of("Location", "ETag", "Content-Length").forEach(response.getHeaders()::remove);
        response.setStatusCode(HttpStatus.OK);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(Json.WRITER.writeValueAsBytes(report))));
    }
}
