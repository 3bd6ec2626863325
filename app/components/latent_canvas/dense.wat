(module
  (import "env" "memory" (memory 1))
  ;; y = b + sum over c of T[:,c] x[c]; T column-major, rows a multiple of 4; list = scratch of 8 bytes for each column + 24
  (func (export "dense") (param $T i32) (param $b i32) (param $x i32) (param $y i32) (param $rows i32) (param $cols i32) (param $relu i32) (param $list i32)
    (local $n i32) (local $c i32) (local $v f32) (local $stride i32) (local $o i32) (local $p i32) (local $end i32)
    (local $t0 i32) (local $t1 i32) (local $t2 i32) (local $t3 i32)
    (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
    (local.set $stride (i32.shl (local.get $rows) (i32.const 2)))
    ;; the columns that a ReLU left alive
    (local.set $n (local.get $list))
    (local.set $p (local.get $T))
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $cols) (i32.const 2))))
    (local.set $c (local.get $x))
    (block $done (loop $gather
      (br_if $done (i32.ge_u (local.get $c) (local.get $end)))
      (local.set $v (f32.load (local.get $c)))
      (if (f32.ne (local.get $v) (f32.const 0)) (then
        (i32.store (local.get $n) (local.get $p))
        (f32.store offset=4 (local.get $n) (local.get $v))
        (local.set $n (i32.add (local.get $n) (i32.const 8)))))
      (local.set $p (i32.add (local.get $p) (local.get $stride)))
      (local.set $c (i32.add (local.get $c) (i32.const 4)))
      (br $gather)))
    ;; three columns of weight 0 fill the last group of four
    (local.set $o (i32.const 0))
    (loop $pad
      (i32.store (i32.add (local.get $n) (local.get $o)) (local.get $T))
      (f32.store offset=4 (i32.add (local.get $n) (local.get $o)) (f32.const 0))
      (local.set $o (i32.add (local.get $o) (i32.const 8)))
      (br_if $pad (i32.lt_u (local.get $o) (i32.const 24))))
    (memory.copy (local.get $y) (local.get $b) (local.get $stride))
    (local.set $c (local.get $list))
    (block $done (loop $group
      (br_if $done (i32.ge_u (local.get $c) (local.get $n)))
      (local.set $t0 (i32.load (local.get $c)))            (local.set $v0 (v128.load32_splat offset=4 (local.get $c)))
      (local.set $t1 (i32.load offset=8 (local.get $c)))   (local.set $v1 (v128.load32_splat offset=12 (local.get $c)))
      (local.set $t2 (i32.load offset=16 (local.get $c)))  (local.set $v2 (v128.load32_splat offset=20 (local.get $c)))
      (local.set $t3 (i32.load offset=24 (local.get $c)))  (local.set $v3 (v128.load32_splat offset=28 (local.get $c)))
      (local.set $o (i32.const 0))
      (loop $row
        (local.set $p (i32.add (local.get $y) (local.get $o)))
        (v128.store (local.get $p)
          (f32x4.add
            (f32x4.add
              (f32x4.add (v128.load (local.get $p)) (f32x4.mul (local.get $v0) (v128.load (i32.add (local.get $t0) (local.get $o)))))
              (f32x4.mul (local.get $v1) (v128.load (i32.add (local.get $t1) (local.get $o)))))
            (f32x4.add
              (f32x4.mul (local.get $v2) (v128.load (i32.add (local.get $t2) (local.get $o))))
              (f32x4.mul (local.get $v3) (v128.load (i32.add (local.get $t3) (local.get $o)))))))
        (local.set $o (i32.add (local.get $o) (i32.const 16)))
        (br_if $row (i32.lt_u (local.get $o) (local.get $stride))))
      (local.set $c (i32.add (local.get $c) (i32.const 32)))
      (br $group)))
    (if (local.get $relu) (then
      (local.set $o (i32.const 0))
      (loop $row
        (local.set $p (i32.add (local.get $y) (local.get $o)))
        (v128.store (local.get $p) (f32x4.max (v128.load (local.get $p)) (v128.const f32x4 0 0 0 0)))
        (local.set $o (i32.add (local.get $o) (i32.const 16)))
        (br_if $row (i32.lt_u (local.get $o) (local.get $stride))))))
  )
)
