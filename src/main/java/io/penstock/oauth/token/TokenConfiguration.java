package io.penstock.oauth.token;

import io.penstock.loop.Rounds;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OAuthSettings.class)
class TokenConfiguration {

    private static final Duration BETWEEN_USES = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
    private static final Duration BETWEEN_CLEANUPS = Duration.ofMinutes(10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    @Bean
    MemoryTokens accessTokens(
            AuthorizationServers servers,
            Renewals renewals,
            TokenEndpoint endpoint,
            Uses uses,
            Standings standings,
            Changes changes,
            Rounds rounds,
            Foresight foresight,
            Cleanup cleanup) {
        var tokens = new MemoryTokens(servers, renewals, endpoint, uses, standings, rounds, System::nanoTime);
        rounds.repeat("oauth.uses", BETWEEN_USES, uses.write());
        rounds.repeat("oauth.ahead", BETWEEN_LOOKS, foresight.round());
        rounds.repeat("oauth.cleanup", BETWEEN_CLEANUPS, cleanup.round());
        rounds.repeat(
                "oauth.changes",
                AFTER_FAILURE,
                changes.notices()
                        .filter(notice -> notice.topic() == Topic.OAUTH_TOKENS)
                        .doOnNext(notice -> tokens.forget(notice.rows()))
                        .then());
        rounds.repeat(
                "oauth.compare",
                AFTER_FAILURE,
                whenTheseMayHaveChanged(changes, Set.of(Topic.ALL))
                        .concatMap(_ -> tokens.compare(), 0)
                        .then());
        rounds.repeat(
                "oauth.clients",
                AFTER_FAILURE,
                whenTheseMayHaveChanged(changes, Set.of(Topic.ALL, Topic.OAUTH_CLIENTS))
                        .concatMap(_ -> servers.compareClients(), 0)
                        .then());
        return tokens;
    }

    /** Begins with one, so that what was not done because the database was away is done when it is back. */
    private static Flux<Topic> whenTheseMayHaveChanged(Changes changes, Set<Topic> topics) {
        return Flux.merge(1, changes.announced(), Mono.just(Topic.ALL))
                .filter(topics::contains)
                .onBackpressureLatest();
    }
}
