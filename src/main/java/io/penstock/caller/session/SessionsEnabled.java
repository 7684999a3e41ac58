package io.penstock.caller.session;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** That browsers sign in: with an identity provider, or, where {@code SECRET_KEY} is set, with a password. */
public final class SessionsEnabled implements Condition {

    private final Condition provider = new SignInEnabled();

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean keyed = !Binder.get(context.getEnvironment())
                .bind("penstock.session.secret-key", String.class)
                .orElse("")
                .isBlank();
        return keyed || provider.matches(context, metadata);
    }
}
