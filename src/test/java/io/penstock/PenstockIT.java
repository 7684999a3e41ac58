package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** Starts the whole application once. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/penstock-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=hT4nW8xK1pQ6vZ3mR9bY2cF7dG5jL0sE"
        })
class PenstockIT {

    @Autowired
    private ApplicationContext context;

    /** A chain that Boot adds by itself would answer before our own checks do (Boot #50778). */
    @Test
    void noSecurityFilterChainStandsInFront() {
        assertThat(context.getBeanNamesForType(SecurityWebFilterChain.class)).isEmpty();
    }
}
