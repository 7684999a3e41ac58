package io.penstock.api;

import io.penstock.api.entrance.Heads;
import io.penstock.api.gateways.ApiSettings;
import io.penstock.api.gateways.Urls;
import io.penstock.api.input.Body;
import io.penstock.api.input.Json;
import io.penstock.api.input.Parameters;
import io.penstock.caller.session.Offered;
import io.penstock.egress.Destinations;
import io.penstock.ingress.IngressSettings;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webflux.autoconfigure.WebFluxRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What WebFlux needs to know of this edge. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiSettings.class)
class WebSetup implements WebFluxConfigurer {

    @Override
    public void configureHttpMessageCodecs(ServerCodecConfigurer codecs) {
        codecs.defaultCodecs().jacksonJsonEncoder(new JacksonJsonEncoder(Json.WRITER));
        codecs.defaultCodecs().maxInMemorySize(Body.LIMIT);
    }

    @Override
    public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
        configurer.addCustomResolver(new Given<>(Request.class) {
            @Override
            Request of(ServerWebExchange exchange) {
                return Heads.of(exchange);
            }
        });
        configurer.addCustomResolver(new Given<>(Body.class) {
            @Override
            Body of(ServerWebExchange exchange) {
                return new Body(exchange.getRequest());
            }
        });
        configurer.addCustomResolver(new Given<>(Parameters.class) {
            @Override
            Parameters of(ServerWebExchange exchange) {
                return new Parameters(exchange.getRequest());
            }
        });
    }

    @Bean
    WebFluxRegistrations offeredRoutes(ApiSettings settings, Environment environment) {
        return new WebFluxRegistrations() {
            @Override
            public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
                return new OfferedRoutes(settings, Offered.sessions(environment));
            }
        };
    }

    @Bean
    Urls urls(Destinations destinations) {
        return destinations::check;
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 1)
    CorsWebFilter otherOrigins(IngressSettings ingress) {
        var allowed = new CorsConfiguration();
        allowed.setAllowedOrigins(ingress.allowedOrigins());
        allowed.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        allowed.setAllowedHeaders(List.of(
                HttpHeaders.AUTHORIZATION,
                HttpHeaders.CONTENT_TYPE,
                HttpHeaders.IF_MATCH,
                HttpHeaders.IF_NONE_MATCH,
                "Idempotency-Key"));
        allowed.setExposedHeaders(List.of(
                HttpHeaders.ETAG,
                HttpHeaders.LINK,
                HttpHeaders.LOCATION,
                HttpHeaders.RETRY_AFTER,
                HttpHeaders.WWW_AUTHENTICATE,
                "X-Correlation-Id"));
        allowed.setAllowCredentials(false);
        allowed.setMaxAge(Duration.ofMinutes(10));
        // behind a proxy that ends TLS, pages of this gateway say https of what arrives here as http
        return new CorsWebFilter(
                exchange -> isOwnOrigin(exchange.getRequest()) ? null : allowed, new RefusingForeignOrigins());
    }

    private static boolean isOwnOrigin(ServerHttpRequest request) {
        var host = request.getHeaders().getFirst(HttpHeaders.HOST);
        return ("https://" + host).equals(request.getHeaders().getOrigin());
    }

    /** Refuses with problem details where Spring sets a bare status. */
    private static final class RefusingForeignOrigins extends DefaultCorsProcessor {
        @Override
        protected void rejectRequest(ServerHttpResponse response) {
            throw new Refusal(new Refusal.Reason.ForeignOrigin(
                    "This origin may not call the gateway; ALLOWED_ORIGINS names those that may"));
        }
    }

    /** Hands controllers something that every exchange has. */
    private abstract static class Given<T> implements HandlerMethodArgumentResolver {

        private final Class<T> type;

        Given(Class<T> type) {
            this.type = type;
        }

        abstract T of(ServerWebExchange exchange);

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == type;
        }

        @Override
        public Mono<Object> resolveArgument(
                MethodParameter parameter, BindingContext context, ServerWebExchange exchange) {
            return Mono.just(of(exchange));
        }
    }
}
