package io.penstock.caller.signin;

import io.penstock.caller.Welcome;
import io.penstock.caller.session.SessionsEnabled;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Sends browsers to where they sign in, with an identity provider or a password. */
@Configuration(proxyBeanMethods = false)
@Conditional(SessionsEnabled.class)
class WelcomeConfiguration {

    @Bean
    Welcome browserWelcome() {
        return new BrowserWelcome();
    }
}
