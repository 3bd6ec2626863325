;; The two kernels of the page's networks: "dense" and "correlate".
(module
  (import "env" "memory" (memory 1))

  ;; DENSE: one dense layer of n samples, y = max(b + T x, 0), or without the maximum. Two samples and sixteen rows at a time, so
  ;; that each weight that is read serves twice and all sums stay in registers; inputs that are 0 in both are skipped.

  ;; Lists the inputs that are not 0 in both samples, twelve bytes each: offset of its weights in a strip, and both values.
  ;; Nothing is jumped over: an entry that does not count is written over by the next.
  (func $gather (param $x0 i32) (param $x1 i32) (param $end i32) (param $entry i32) (result i32)
    (local $offset i32)
    (loop $next
      (i32.store (local.get $entry) (local.get $offset))
      (f32.store offset=4 (local.get $entry) (f32.load (local.get $x0)))
      (f32.store offset=8 (local.get $entry) (f32.load (local.get $x1)))
      (local.set $entry (i32.add (local.get $entry) (select (i32.const 12) (i32.const 0)
        (i32.shl (i32.or (i32.load (local.get $x0)) (i32.load (local.get $x1))) (i32.const 1))))) ;; −0 is 0 too
      (local.set $offset (i32.add (local.get $offset) (i32.const 64)))
      (local.set $x1 (i32.add (local.get $x1) (i32.const 4)))
      (local.set $x0 (i32.add (local.get $x0) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $x0) (local.get $end))))
    (local.get $entry))

  ;; A strip of sixteen rows for two samples; $floor is 0 for a ReLU, else −∞.
  (func $tile (param $T i32) (param $entry i32) (param $end i32) (param $b i32) (param $y0 i32) (param $y1 i32) (param $floor v128)
    (local $o i32) (local $t v128) (local $p v128) (local $q v128)
    (local $p0 v128) (local $p1 v128) (local $p2 v128) (local $p3 v128)
    (local $q0 v128) (local $q1 v128) (local $q2 v128) (local $q3 v128)
    (local.set $p0 (v128.load (local.get $b)))           (local.set $q0 (local.get $p0))
    (local.set $p1 (v128.load offset=16 (local.get $b))) (local.set $q1 (local.get $p1))
    (local.set $p2 (v128.load offset=32 (local.get $b))) (local.set $q2 (local.get $p2))
    (local.set $p3 (v128.load offset=48 (local.get $b))) (local.set $q3 (local.get $p3))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $entry) (local.get $end)))
      (local.set $o (i32.add (local.get $T) (i32.load (local.get $entry))))
      (local.set $p (v128.load32_splat offset=4 (local.get $entry)))
      (local.set $q (v128.load32_splat offset=8 (local.get $entry)))
      (local.set $t (v128.load (local.get $o)))
      (local.set $p0 (f32x4.add (local.get $p0) (f32x4.mul (local.get $t) (local.get $p))))
      (local.set $q0 (f32x4.add (local.get $q0) (f32x4.mul (local.get $t) (local.get $q))))
      (local.set $t (v128.load offset=16 (local.get $o)))
      (local.set $p1 (f32x4.add (local.get $p1) (f32x4.mul (local.get $t) (local.get $p))))
      (local.set $q1 (f32x4.add (local.get $q1) (f32x4.mul (local.get $t) (local.get $q))))
      (local.set $t (v128.load offset=32 (local.get $o)))
      (local.set $p2 (f32x4.add (local.get $p2) (f32x4.mul (local.get $t) (local.get $p))))
      (local.set $q2 (f32x4.add (local.get $q2) (f32x4.mul (local.get $t) (local.get $q))))
      (local.set $t (v128.load offset=48 (local.get $o)))
      (local.set $p3 (f32x4.add (local.get $p3) (f32x4.mul (local.get $t) (local.get $p))))
      (local.set $q3 (f32x4.add (local.get $q3) (f32x4.mul (local.get $t) (local.get $q))))
      (local.set $entry (i32.add (local.get $entry) (i32.const 12)))
      (br $next)))
    ;; pmax keeps what is no number, so that it shows
    (v128.store (local.get $y0)           (f32x4.pmax (local.get $p0) (local.get $floor)))
    (v128.store offset=16 (local.get $y0) (f32x4.pmax (local.get $p1) (local.get $floor)))
    (v128.store offset=32 (local.get $y0) (f32x4.pmax (local.get $p2) (local.get $floor)))
    (v128.store offset=48 (local.get $y0) (f32x4.pmax (local.get $p3) (local.get $floor)))
    (v128.store (local.get $y1)           (f32x4.pmax (local.get $q0) (local.get $floor)))
    (v128.store offset=16 (local.get $y1) (f32x4.pmax (local.get $q1) (local.get $floor)))
    (v128.store offset=32 (local.get $y1) (f32x4.pmax (local.get $q2) (local.get $floor)))
    (v128.store offset=48 (local.get $y1) (f32x4.pmax (local.get $q3) (local.get $floor))))

  ;; The place of sample $k, or of the last one: an odd number of samples has its last for a pair.
  (func $sample (param $first i32) (param $k i32) (param $n i32) (param $stride i32) (result i32)
    (local.set $n (i32.sub (local.get $n) (i32.const 1)))
    (i32.add (local.get $first) (i32.mul (local.get $stride)
      (select (local.get $k) (local.get $n) (i32.lt_u (local.get $k) (local.get $n))))))

  ;; All places and $stride (from sample to sample) in bytes. T: strips of sixteen rows, each by columns; rows a multiple of
  ;; sixteen. $list: scratch of 12 × cols + 16 bytes for each two samples.
  (func (export "dense") (param $T i32) (param $b i32) (param $x i32) (param $y i32) (param $rows i32) (param $cols i32)
    (param $n i32) (param $stride i32) (param $relu i32) (param $list i32)
    (local $k i32) (local $l i32) (local $room i32) (local $floor v128)
    (local.set $floor (f32x4.splat (select (f32.const 0) (f32.const -inf) (local.get $relu))))
    (local.set $room (i32.add (i32.mul (local.get $cols) (i32.const 12)) (i32.const 16)))
    (local.set $l (local.get $list))
    (loop $pair
      (i32.store (local.get $l) (call $gather
        (call $sample (local.get $x) (local.get $k) (local.get $n) (local.get $stride))
        (call $sample (local.get $x) (i32.add (local.get $k) (i32.const 1)) (local.get $n) (local.get $stride))
        (i32.add (call $sample (local.get $x) (local.get $k) (local.get $n) (local.get $stride)) (i32.shl (local.get $cols) (i32.const 2)))
        (i32.add (local.get $l) (i32.const 4))))
      (local.set $l (i32.add (local.get $l) (local.get $room)))
      (br_if $pair (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 2))) (local.get $n))))
    (loop $strip
      (local.set $k (i32.const 0))
      (local.set $l (local.get $list))
      (loop $pair
        (call $tile (local.get $T) (i32.add (local.get $l) (i32.const 4)) (i32.load (local.get $l)) (local.get $b)
          (call $sample (local.get $y) (local.get $k) (local.get $n) (local.get $stride))
          (call $sample (local.get $y) (i32.add (local.get $k) (i32.const 1)) (local.get $n) (local.get $stride))
          (local.get $floor))
        (local.set $l (i32.add (local.get $l) (local.get $room)))
        (br_if $pair (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 2))) (local.get $n))))
      (local.set $T (i32.add (local.get $T) (i32.shl (local.get $cols) (i32.const 6))))
      (local.set $b (i32.add (local.get $b) (i32.const 64)))
      (local.set $y (i32.add (local.get $y) (i32.const 64)))
      (br_if $strip (local.tee $rows (i32.sub (local.get $rows) (i32.const 16))))))

  ;; CORRELATE: a convolution over lines of pixels, y_r[p] = b_r + Σ_k T_r[k] · x[offset_k + p]. Eight pixels and four rows
  ;; (channels of the output) at a time, so that all sums stay in registers; pixels lie side by side, so that none is gathered.
  ;; All places, offsets and $line (bytes of one row of y, a multiple of 32) in bytes. T: strips of four rows, each by inputs; rows
  ;; a multiple of four; $count: of offsets, at least one.
  (func (export "correlate") (param $T i32) (param $b i32) (param $offsets i32) (param $x i32) (param $y i32) (param $rows i32)
    (param $count i32) (param $line i32)
    (local $p i32) (local $k i32) (local $o i32) (local $end i32) (local $u v128) (local $v v128) (local $t v128)
    (local $u0 v128) (local $u1 v128) (local $u2 v128) (local $u3 v128)
    (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
    (local.set $end (i32.add (local.get $T) (i32.shl (local.get $count) (i32.const 4))))
    (loop $strip
      (local.set $p (i32.const 0))
      (loop $block
        (local.set $u0 (v128.load32_splat (local.get $b)))           (local.set $v0 (local.get $u0))
        (local.set $u1 (v128.load32_splat offset=4 (local.get $b)))  (local.set $v1 (local.get $u1))
        (local.set $u2 (v128.load32_splat offset=8 (local.get $b)))  (local.set $v2 (local.get $u2))
        (local.set $u3 (v128.load32_splat offset=12 (local.get $b))) (local.set $v3 (local.get $u3))
        (local.set $k (local.get $T))
        (local.set $o (local.get $offsets))
        (loop $next
          (local.set $u (v128.load (i32.add (i32.add (local.get $x) (local.get $p)) (i32.load (local.get $o)))))
          (local.set $v (v128.load offset=16 (i32.add (i32.add (local.get $x) (local.get $p)) (i32.load (local.get $o)))))
          (local.set $t (v128.load32_splat (local.get $k)))
          (local.set $u0 (f32x4.add (local.get $u0) (f32x4.mul (local.get $t) (local.get $u))))
          (local.set $v0 (f32x4.add (local.get $v0) (f32x4.mul (local.get $t) (local.get $v))))
          (local.set $t (v128.load32_splat offset=4 (local.get $k)))
          (local.set $u1 (f32x4.add (local.get $u1) (f32x4.mul (local.get $t) (local.get $u))))
          (local.set $v1 (f32x4.add (local.get $v1) (f32x4.mul (local.get $t) (local.get $v))))
          (local.set $t (v128.load32_splat offset=8 (local.get $k)))
          (local.set $u2 (f32x4.add (local.get $u2) (f32x4.mul (local.get $t) (local.get $u))))
          (local.set $v2 (f32x4.add (local.get $v2) (f32x4.mul (local.get $t) (local.get $v))))
          (local.set $t (v128.load32_splat offset=12 (local.get $k)))
          (local.set $u3 (f32x4.add (local.get $u3) (f32x4.mul (local.get $t) (local.get $u))))
          (local.set $v3 (f32x4.add (local.get $v3) (f32x4.mul (local.get $t) (local.get $v))))
          (local.set $o (i32.add (local.get $o) (i32.const 4)))
          (br_if $next (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 16))) (local.get $end))))
        (local.set $o (i32.add (local.get $y) (local.get $p)))
        (v128.store (local.get $o) (local.get $u0)) (v128.store offset=16 (local.get $o) (local.get $v0))
        (local.set $o (i32.add (local.get $o) (local.get $line)))
        (v128.store (local.get $o) (local.get $u1)) (v128.store offset=16 (local.get $o) (local.get $v1))
        (local.set $o (i32.add (local.get $o) (local.get $line)))
        (v128.store (local.get $o) (local.get $u2)) (v128.store offset=16 (local.get $o) (local.get $v2))
        (local.set $o (i32.add (local.get $o) (local.get $line)))
        (v128.store (local.get $o) (local.get $u3)) (v128.store offset=16 (local.get $o) (local.get $v3))
        (br_if $block (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 32))) (local.get $line))))
      (local.set $T (local.get $end))
      (local.set $end (i32.add (local.get $end) (i32.shl (local.get $count) (i32.const 4))))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.shl (local.get $line) (i32.const 2))))
      (br_if $strip (local.tee $rows (i32.sub (local.get $rows) (i32.const 4)))))))
