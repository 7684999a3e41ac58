package io.penstock.oauth.server;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    @Bean
    AuthorizationServers authorizationServers() {
        return (gateway, config) -> Mono.just(AuthorizationServer.fixed(gateway, config));
    }
}
