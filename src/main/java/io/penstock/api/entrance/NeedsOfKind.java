package io.penstock.api.entrance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a route that four kinds of features share; its controller's {@link Offers} names the permission of the kind. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface NeedsOfKind {

    Verb value();

    /** What a route does to a feature. */
    enum Verb {
        READ,
        UPDATE,
        DELETE
    }
}
