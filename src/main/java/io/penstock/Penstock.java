package io.penstock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway. */
@SpringBootApplication
public class Penstock {

    public static void main(String[] arguments) {
        SpringApplication.run(Penstock.class, arguments);
    }
}
