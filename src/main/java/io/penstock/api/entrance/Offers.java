package io.penstock.api.entrance;

import io.penstock.access.Permission;
import io.penstock.catalog.Feature;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the controller of one kind of feature with the permissions of that kind. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Offers {

    Feature.Kind kind();

    Permission read();

    Permission update();

    Permission delete();
}
