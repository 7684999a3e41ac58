package io.penstock.ingress;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * What the {@code Host} header may say on the management port: an address, as probes and scrapers call, or a name of this gateway. A page
 * in a browser that had its own name resolved to this port says that name.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
final class ManagementHosts implements WebFilter {

    private final ApplicationContext main;
    private final Set<String> names;

    ManagementHosts(
            ApplicationContext main, IngressSettings settings, @Value("${management.server.address:}") String address) {
        this.main = main;
        var named = new java.util.HashSet<>(Admission.hosts(settings, true));
        named.add(address.toLowerCase(Locale.ROOT));
        this.names = Set.copyOf(named);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (main.equals(exchange.getApplicationContext())
                || mayPass(exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST))) {
            return chain.filter(exchange);
        }
        return Mono.error(new Refusal(new Reason.Malformed(
                "The Host header names no host of this gateway: call by address, or set APP_DOMAIN to the name")));
    }

    /** No browser leaves it out; some probes do. */
    private boolean mayPass(@Nullable String host) {
        if (host == null) {
            return true;
        }
        var name = Admission.hostname(host);
        return names.contains(name) || Admission.isAddress(name);
    }
}
