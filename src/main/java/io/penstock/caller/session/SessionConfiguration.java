package io.penstock.caller.session;

import io.penstock.ingress.IngressSettings;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** How cookies are set and believed, whether there are sessions or not; and sessions. */
@Configuration(proxyBeanMethods = false)
@Import(SessionBeans.class)
@EnableConfigurationProperties(SessionSettings.class)
class SessionConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(SessionConfiguration.class);
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    @Bean
    CookiePolicy cookiePolicy(SessionSettings settings, IngressSettings ingress) {
        boolean local = LOCAL.contains(ingress.baseUrl().getHost());
        boolean plain = "http".equals(ingress.baseUrl().getScheme());
        boolean secure = switch (settings.secureCookies()) {
            case AUTO -> !(plain && local);
            case TRUE -> true;
            case FALSE -> false;
        };
        if (!secure && !(plain && local)) {
            LOG.warn("SECURE_COOKIES=false: browsers send session cookies without TLS too, where others can read them");
        }
        return new CookiePolicy(secure);
    }

    @Bean
    Forgery forgery(IngressSettings ingress) {
        return new Forgery(ingress);
    }
}
