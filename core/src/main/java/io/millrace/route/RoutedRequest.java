package io.millrace.route;

import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A request with the parameters of its route. Threads: like the inner request. */
class RoutedRequest extends WrappedRequest {

    private final List<String> names;
    private final String[] values;

    RoutedRequest(RequestHead request, List<String> names, String[] values) {
        super(request);
        this.names = names;
        this.values = values;
    }

    /** The value of a parameter, of the innermost route that has it; null if none has. */
    static String parameter(RequestHead request, String name) {
        for (RequestHead at = request; at instanceof WrappedRequest outer; at = outer.wrapped()) {
            String value = outer instanceof RoutedRequest routed ? routed.value(name) : null;
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** The parameters of all routes that have led here, those of the outermost first. */
    static Values parameters(RequestHead request) {
        List<RoutedRequest> inward = new ArrayList<>();
        for (RequestHead at = request; at instanceof WrappedRequest outer; at = outer.wrapped()) {
            if (outer instanceof RoutedRequest routed) {
                inward.add(0, routed);
            }
        }
        Values.Builder values = Values.builder("path parameter")
                .status(Status.NOT_FOUND).complete();
        Set<String> seen = new HashSet<>();
        for (RoutedRequest routed : inward) {
            for (String name : routed.names) {
                if (seen.add(name)) {
                    values.add(name, parameter(request, name));
                }
            }
        }
        return values.build();
    }

    private String value(String name) {
        int index = names.indexOf(name);
        return index < 0 ? null : values[index];
    }
}
