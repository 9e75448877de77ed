# Draws how cost grows; grown.py runs it beside the data that it reads, one file a panel.
set terminal svg size 1080,(panels > 2 ? 760 : 420) dynamic font "sans-serif,14" \
    background "#ffffff"
set encoding utf8
set border 3 linecolor rgb "#444444"
set tics nomirror textcolor rgb "#222222"
set grid ytics linetype 1 linecolor rgb "#dddddd"
set logscale x base
set format x (base == 2 ? "%.0f" : "%.0s%c")
set xlabel below
set key outside bottom center horizontal font ",12" samplen 2 width 1
array colours[6] = ["#0b6e99", "#e07b39", "#6aa84f", "#8e6bbf", "#c94f7c", "#9a9a9a"]

set multiplot layout (panels > 2 ? 2 : 1),2
do for [p = 1:panels] {
    set title titles[p]
    set ylabel axes[p]
    if (logs[p]) {
        set logscale y
        set yrange [*:*]
    } else {
        unset logscale y
        set yrange [0:*]
    }
    plot for [i = 2:lines[p] + 1] sprintf("%d.dat", p) using 1:i with linespoints \
        title columnheader(i) linecolor rgb colours[i - 1] linewidth 2 pointtype 7 pointsize 0.6
}
unset multiplot
