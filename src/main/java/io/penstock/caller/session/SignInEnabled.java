package io.penstock.caller.session;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** That {@code MCP_AUTH_ENABLED} says so. What is neither yes nor no stops the start, for it must not be taken for a no. */
public final class SignInEnabled implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return Binder.get(context.getEnvironment())
                .bind("penstock.sign-in.enabled", boolean.class)
                .orElse(false);
    }
}
